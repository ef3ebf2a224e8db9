import { Auditor, type Database } from '#platform';
import { InvoicingService } from '../../libs/invoices/src/invoicing.service.js';
import { type TestApplication, startApplication, startBeside } from '../support/application.js';
import { hallOf, hold } from '../support/booking.js';
import { RIVALS, tally } from '../support/rivals.js';
import { checkOut } from '../support/sale.js';
import { Till, taxedOrganization } from '../support/till.js';

type Outcome = { __typename: string };

/** Fifty paid orders of one organization, documented through two applications at once. */
describe('fifty rivals for invoice numbers', () => {
  let application: TestApplication;
  let beside: TestApplication;
  let orderIds: string[];
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
    beside = await startBeside(application);
    const organizationId = await taxedOrganization(application);
    const hall = await hallOf(application, organizationId);
    const till = new Till(application);
    orderIds = await Promise.all(
      Array.from({ length: RIVALS }, async (_, rival) => {
        const mine = await hold(application.client, hall, { seats: [{ seatId: hall.seats[rival]!.id }] });
        const { id } = await checkOut(application.client, mine);
        await till.pay(id);
        return id;
      }),
    );
  }, 120_000);
  afterEach(async () => {
    jest.restoreAllMocks();
    // By hand, without the walls.
    for (const sql of [
      'ALTER TABLE invoices DISABLE TRIGGER USER',
      'DELETE FROM invoices',
      'DELETE FROM invoice_counters',
      'ALTER TABLE invoices ENABLE TRIGGER USER',
    ])
      await application.database.query(sql);
  });
  afterAll(async () => {
    await beside.close();
    await application.close();
  });

  const door = (rival: number): TestApplication => (rival % 2 ? beside : application);
  const numbers = async (): Promise<number[]> =>
    (await application.database.query<{ number: number }>(`SELECT number FROM invoices ORDER BY number`)).map(
      ({ number }) => number,
    );
  const breach = async (): Promise<string[]> =>
    (await application.get(Auditor).run()).map(({ invariant }) => invariant);
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

  /** @param failing every so many transactions come to nothing after the number was taken */
  async function rush(orderOf: (rival: number) => string, failing?: number): Promise<Outcome[]> {
    return await Promise.all(
      Array.from({ length: RIVALS }, async (_, rival): Promise<Outcome> => {
        const { database, get } = door(rival);
        const issue = async (): Promise<unknown> => await get(InvoicingService).invoice(orderOf(rival));
        try {
          if (failing !== undefined && rival % failing === 0) {
            await database.transaction(async () => {
              await issue();
              throw new Error('Given up');
            });
          } else await issue();
          return { __typename: 'Issued' };
        } catch (error) {
          return { __typename: (error as Error).message === 'Given up' ? 'Given up' : 'ERROR' };
        }
      }),
    );
  }
  const each = (rival: number): string => orderIds[rival]!;

  it('each order has one, without a gap', async () => {
    expect(tally(await rush(each))).toEqual({ Issued: RIVALS });
    expect(await numbers()).toEqual(upTo(RIVALS));
    expect(await breach()).toEqual([]);
  });

  it('there is no gap where transactions came to nothing', async () => {
    expect(tally(await rush(each, 5))).toEqual({ Issued: 40, 'Given up': 10 });
    expect(await numbers()).toEqual(upTo(40));
    expect(await breach()).toEqual([]);
  });

  it('one order has one number, however often it is asked for', async () => {
    expect(tally(await rush(() => orderIds[0]!))).toEqual({ Issued: RIVALS });
    expect(tally(await rush((rival) => orderIds[rival % 2]!))).toEqual({ Issued: RIVALS });
    expect(await numbers()).toEqual([1, 2]);
    expect(await breach()).toEqual([]);
  });

  /** Negative controls: numbers as one might take them. */
  describe('taken from', () => {
    /** @returns how often a number was taken so */
    function takenFrom(statement: string): { times: number } {
      const found = { times: 0 };
      for (const { database } of [application, beside]) {
        const query = database.query.bind(database) as Database['query'];
        jest.spyOn(database, 'query').mockImplementation(async (sql, parameters) => {
          if (!sql.includes('INTO invoice_counters')) return await query(sql, parameters);
          found.times += 1;
          return await query(statement, parameters);
        });
      }
      return found;
    }
    const without = async (drop: string, add: string, work: () => Promise<void>): Promise<void> => {
      await application.database.query(`ALTER TABLE invoices ${drop}`);
      await work();
      await application.database.query('ALTER TABLE invoices DISABLE TRIGGER USER');
      await application.database.query('DELETE FROM invoices');
      await application.database.query('ALTER TABLE invoices ENABLE TRIGGER USER');
      await application.database.query(`ALTER TABLE invoices ${add}`);
    };
    const HIGHEST = `SELECT coalesce(max(number), 0) + 1 AS number FROM invoices WHERE organization_id = $1 AND kind = $2`;

    it('the highest so far: the constraint defends them, and without it they are there twice', async () => {
      const found = takenFrom(HIGHEST);
      expect(tally(await rush(each))['ERROR']).toBeGreaterThan(0);
      expect(found.times).toBe(RIVALS);
      const kept = await numbers();
      expect(kept).toEqual(upTo(kept.length));
      await without(
        'DROP CONSTRAINT invoices_number',
        'ADD CONSTRAINT invoices_number UNIQUE (organization_id, kind, number)',
        async () => {
          await rush((rival) => orderIds[RIVALS - 1 - rival]!);
          const taken = await numbers();
          expect(new Set(taken).size).toBeLessThan(taken.length);
          expect(await breach()).toContain('invoice-numbers-with-gaps');
        },
      );
    });

    it('a sequence: the wall refuses what comes after a gap, and without it there are gaps', async () => {
      await application.database.query('CREATE SEQUENCE invoice_numbers');
      const found = takenFrom(
        `SELECT nextval('invoice_numbers')::integer AS number WHERE $1::uuid IS NOT NULL AND $2 <> ''`,
      );
      expect(tally(await rush(each, 5))['ERROR']).toBeGreaterThan(0);
      expect(found.times).toBe(RIVALS);
      await without('DISABLE TRIGGER invoices_without_gaps', 'ENABLE TRIGGER invoices_without_gaps', async () => {
        await rush(each, 5);
        const taken = await numbers();
        expect(taken.at(-1)).toBeGreaterThan(taken.length);
        expect(await breach()).toContain('invoice-numbers-with-gaps');
      });
    });
  });
});
