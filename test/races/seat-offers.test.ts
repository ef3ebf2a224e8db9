import { SelectQueryBuilder } from 'typeorm';
import { Auditor } from '#platform';
import { ReleasesService } from '#reservations';
import { SEATS_NOT_FREE } from '../../libs/reservations/src/inventory/inventory-statements.js';
import { type TestApplication, startApplication, startBeside } from '../support/application.js';
import { type Hall, generousOrganization, hallOf } from '../support/booking.js';
import { MovedClock } from '../support/clock.js';
import { RIVALS, meetingOf, tally } from '../support/rivals.js';
import { type Late, type OfferedOrder, answer, orderOf, taken, tooLate } from '../support/seat-offers.js';
import { checkOut, reserve } from '../support/sale.js';
import { Till } from '../support/till.js';

const EVENT = { from: 0, to: 1 };
/** More than the seats of all who are late. */
const FREE = 10;

/** Fifty rivals through two applications for the seats that are offered, and about one offer. */
describe('seats that are offered', () => {
  const clock = new MovedClock();
  let applications: TestApplication[];
  let organizationId: string;
  let hall: Hall;
  beforeAll(async () => {
    const first = await startApplication({ ROLE: 'api' }, clock);
    applications = [first, await startBeside(first, clock)];
  });
  beforeEach(async () => {
    const [first] = applications;
    organizationId = (await generousOrganization(first!)).id;
    hall = await hallOf(first!, organizationId, { seats: RIVALS + FREE });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    for (const application of applications.toReversed()) await application.close();
  });

  const breach = async (): Promise<string[]> =>
    (await applications[0]!.get(Auditor).run()).map(({ invariant }) => invariant);
  const query = async <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
    await applications[0]!.database.query<Row>(sql, parameters);
  /**
   * Takes a guard out of the statements of both applications.
   * @param read what is called with each statement and its rows
   * @returns how often the guard was there
   */
  function weaken(
    guard: string,
    read: (sql: string, rows: unknown[]) => Promise<void> = async () => undefined,
  ): { times: number } {
    const found = { times: 0 };
    for (const { database } of applications) {
      const ask = database.query.bind(database);
      jest.spyOn(database, 'query').mockImplementation(async (sql, parameters) => {
        if (sql.includes(guard)) found.times += 1;
        const rows = await ask(sql.replaceAll(guard, ''), parameters);
        await read(sql, rows);
        return rows;
      });
    }
    return found;
  }

  describe('to many who pay late at the same moment', () => {
    /** Each has lost the seat when the money comes in, through one application and the other in turn. */
    async function rush(rivals: number): Promise<{ late: Late[]; failed: number }> {
      const [first] = applications;
      const labels = hall.seats.slice(0, rivals).map(({ label }) => label);
      const late = await Promise.all(
        labels.map(async (label) => {
          const mine = await reserve(first!.client, hall, [label], EVENT);
          return { mine, order: await checkOut(first!.client, mine) };
        }),
      );
      clock.advance(20);
      await first!.get(ReleasesService).expireAll();
      await taken(first!, hall, labels, EVENT);
      const outcomes = await Promise.allSettled(
        late.map(({ order }, rival) => new Till(applications[rival % 2]!).pay(order.id)),
      );
      return { late, failed: outcomes.filter(({ status }) => status === 'rejected').length };
    }
    const ordersOf = async (late: Late[]): Promise<OfferedOrder[]> =>
      await Promise.all(late.map((one) => orderOf(applications[0]!.client, one)));
    const seatsOf = (orders: OfferedOrder[]): string[] =>
      orders.flatMap(({ seatOffer }) => seatOffer?.moves.map(({ to }) => to.label) ?? []);

    it('are different ones, and who gets none gets the money back', async () => {
      const { late, failed } = await rush(RIVALS);
      expect(failed).toBe(0);
      const orders = await ordersOf(late);
      expect(tally(orders.map(({ state }) => ({ __typename: state })))).toEqual({
        OFFERED: FREE,
        REFUNDED: RIVALS - FREE,
      });
      expect(new Set(seatsOf(orders))).toEqual(new Set(hall.seats.slice(RIVALS).map(({ label }) => label)));
      expect(await breach()).toEqual([]);
    });

    it('are different ones also when nothing is locked, but a payment fails and has to be told again', async () => {
      hall = await hallOf(applications[0]!, organizationId, { seats: 3 });
      const bothHaveRead = meetingOf(2);
      const found = weaken('ORDER BY bookable_id FOR NO KEY UPDATE', async (sql, rows) => {
        if (sql === SEATS_NOT_FREE && rows.length === 0) await bothHaveRead();
      });
      const { late, failed } = await rush(2);
      expect(found.times).toBeGreaterThan(0);
      expect(failed).toBe(1);
      jest.restoreAllMocks();
      expect(seatsOf(await ordersOf(late))).toEqual([hall.seats[2]!.label]);
      expect(await breach()).toEqual([]);
      for (const { order } of late) await new Till(applications[0]!).pay(order.id);
      expect((await ordersOf(late)).map(({ state }) => state).toSorted()).toEqual(['OFFERED', 'REFUNDED']);
      expect(await breach()).toEqual([]);
    });
  });

  describe('once', () => {
    let row = 0;
    /** Of a row of its own, from the back; what is offered is in front. */
    const offered = async (): Promise<Late> => {
      row += 1;
      const { label } = hall.seats.at(-row)!;
      const one = await tooLate(applications[0]!, clock, hall, [label], [label], EVENT);
      await new Till(applications[0]!).pay(one.order.id);
      return one;
    };
    /** Fifty answers at once, and the sweep. @returns what was answered to what, each once */
    async function answers(one: Late, what: (rival: number) => 'acceptSeats' | 'declineSeats'): Promise<string[]> {
      const sweep = applications[0]!.get(ReleasesService).expireAll();
      const outcomes = await Promise.all(
        Array.from({ length: RIVALS }, async (_, rival) => {
          const asked = what(rival);
          const answered = await answer(applications[rival % 2]!.client, asked, one).catch(() => 'failed' as const);
          if (answered === 'failed') return 'failed';
          return `${asked} ${answered.__typename === 'Order' ? answered.state : answered.__typename}`;
        }),
      );
      await sweep;
      return [...new Set(outcomes)].toSorted();
    }
    const state = async ({ order }: Late): Promise<string> =>
      (await query<{ state: string }>(`SELECT state FROM orders WHERE id = $1`, [order.id]))[0]!.state;

    it('are accepted or declined, never both', async () => {
      for (const rounds of [1, 2, 3]) {
        const one = await offered();
        const outcomes = await answers(one, (rival) => ((rival + rounds) % 2 ? 'acceptSeats' : 'declineSeats'));
        expect([
          ['acceptSeats PAID', 'declineSeats SeatOfferEnded'],
          ['acceptSeats SeatOfferEnded', 'declineSeats REFUNDED'],
        ]).toContainEqual(outcomes);
        expect(['PAID', 'REFUNDED']).toContain(await state(one));
      }
      expect(await breach()).toEqual([]);
    });

    it('are accepted until their time is up, or paid back: whoever comes first', async () => {
      for (const left of [30, 60, 90]) {
        const one = await offered();
        const { until } = (await orderOf(applications[0]!.client, one)).seatOffer!;
        clock.advance((new Date(until).getTime() - clock.now().getTime() - left) / 60_000);
        const outcomes = await answers(one, () => 'acceptSeats');
        await applications[0]!.get(ReleasesService).expireAll();
        expect(outcomes).not.toContain('failed');
        const isPaid = outcomes.includes('acceptSeats PAID');
        // Whoever had it before the end may ask again after it.
        expect(outcomes).toEqual(isPaid ? ['acceptSeats PAID'] : ['acceptSeats SeatOfferEnded']);
        expect(await state(one)).toBe(isPaid ? 'PAID' : 'REFUNDED');
      }
      expect(await breach()).toEqual([]);
    });

    it('are accepted once by the trigger when nothing is locked, and without it are paid for and not', async () => {
      let locks = 0;
      jest.spyOn(SelectQueryBuilder.prototype, 'setLock').mockImplementation(function (
        this: SelectQueryBuilder<object>,
      ) {
        locks += 1;
        return this;
      });
      const [defended, free] = [await offered(), await offered()];
      const found = weaken('ORDER BY created_at, id FOR UPDATE');
      expect(await answers(defended, () => 'acceptSeats')).toContain('failed');
      expect(await state(defended)).toBe('PAID');
      expect(await breach()).toEqual([]);
      await query(`DROP TRIGGER orders_moves ON orders`);
      await answers(free, () => 'acceptSeats');
      expect(await breach()).toContain('order-and-reservation-disagree');
      expect(locks).toBeGreaterThan(0);
      expect(found.times).toBeGreaterThan(0);
    });
  });
});
