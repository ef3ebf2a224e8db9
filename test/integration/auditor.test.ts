import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Auditor, Database, type Finding } from '#platform';
import { newId } from '#kernel';
import { PAYMENT_INVARIANTS } from '../../libs/payments/src/invariants.js';
import { INVOICE_INVARIANTS, JOURNAL_INVARIANTS } from '../../libs/invoices/src/invariants.js';
import { PROMO_INVARIANTS } from '../../libs/promos/src/invariants.js';
import { INVENTORY_INVARIANTS } from '../../libs/reservations/src/inventory/invariants.js';
import { ORDER_INVARIANTS } from '../../libs/reservations/src/order-invariants.js';
import { TICKET_INVARIANTS } from '../../libs/tickets/src/invariants.js';
import type { Booking } from '../model/book.js';
import { CORRUPTIONS, type World } from '../model/corruptions.js';
import { Desk } from '../model/desk.js';
import { openMarkets } from '../model/market.js';
import { type TestApplication, startBeside } from '../support/application.js';
import { type TestDatabase, testDatabase } from '../support/database.js';
import { testEnvironment } from '../support/environment.js';
import { account } from '../support/fixtures.js';

const TIME_LIMIT_MS = 120_000;

/** A trip with something of everything: held, checked out, sold, given back, cancelled. */
async function soundWorld(application: TestApplication): Promise<World> {
  const [market, untouched] = await openMarkets(application);
  const desk = new Desk(application);
  const reserve = async (ordinal: number, tier = 0, extra = {}): Promise<Booking> => {
    const journey = { market: market!, from: 0, to: market!.legs, key: newId(), ...extra };
    const area = { seatId: null, areaId: market!.areas[0]!.id, tierId: market!.tiers[0]!.id };
    const seat = { seatId: market!.seats[ordinal]!, areaId: null, tierId: market!.tiers[tier]!.id };
    const { reservation } = await desk.reserve(journey, tier === 1 ? [seat, area] : [seat]);
    return { id: reservation!.id } as Booking;
  };
  const checkOut = async (booking: Booking): Promise<Booking & { orderId: string }> => ({
    ...booking,
    orderId: (await desk.checkOut(booking)).order!.id,
  });
  const pay = async (ordinal: number, tier = 0) => {
    const placed = await checkOut(await reserve(ordinal, tier));
    const { tickets } = await desk.pay(placed);
    const lines = await application.database.query<{ id: string }>(`SELECT id FROM line_items WHERE order_id = $1`, [
      placed.orderId,
    ]);
    return { placed, tickets: tickets!, lines: lines.map(({ id }) => id) };
  };
  const held = await reserve(0, 1, { from: 1, to: 3 });
  const pending = await checkOut(await reserve(1));
  const sold = await pay(2, 1);
  const returned = await pay(3);
  await desk.giveBack(returned.tickets[0]!);
  const [refund] = await application.database.query<{ id: string }>(`SELECT id FROM refunds WHERE reference = $1`, [
    returned.placed.orderId,
  ]);
  const payment = async ({ orderId }: { orderId: string }): Promise<string> =>
    (await application.database.query<{ id: string }>(`SELECT id FROM payments WHERE reference = $1`, [orderId]))[0]!
      .id;
  const cancelled = await reserve(4);
  await desk.cancel(cancelled);
  return {
    market: market!,
    untouched: untouched!,
    held: held.id,
    pending,
    sold: {
      ...sold.placed,
      lines: sold.lines.toSorted(),
      tickets: sold.tickets.map(({ id }) => id).toSorted(),
      ticketId: sold.tickets.find(({ seatId }) => seatId)!.id,
      paymentId: await payment(sold.placed),
    },
    returned: { ...returned.placed, paymentId: await payment(returned.placed), refundId: refund!.id },
    cancelled: cancelled.id,
  };
}

describe('the auditor', () => {
  let sound: TestDatabase;
  let world: World;
  let registered: string[];
  let admin: { email: string; userId: string };
  beforeAll(async () => {
    sound = await testDatabase();
    const application = await startBeside({ env: testEnvironment({ DATABASE_URL: sound.url, ROLE: 'api' }) });
    world = await soundWorld(application);
    registered = application.get(Auditor).names;
    admin = await account(application, { isAdmin: true });
    await application.close();
    // A database is copied only when nobody is connected to it.
    await sound.dataSource.destroy();
  }, TIME_LIMIT_MS);
  afterAll(async () => {
    await sound.drop();
  });

  /** Copies the database, corrupts the copy, and looks at it. */
  const withCopy = async <T>(sql: string | undefined, look: (copy: TestDatabase) => Promise<T>): Promise<T> => {
    const copy = await testDatabase(sound.name);
    try {
      if (sql) await corrupt(copy, sql);
      return await look(copy);
    } finally {
      await copy.drop();
    }
  };
  const audited = async ({ dataSource }: TestDatabase): Promise<Finding[]> => {
    const auditor = new Auditor(new Database(dataSource));
    auditor.register([
      ...PAYMENT_INVARIANTS,
      ...INVENTORY_INVARIANTS,
      ...ORDER_INVARIANTS,
      ...TICKET_INVARIANTS,
      ...PROMO_INVARIANTS,
    ]);
    return await auditor.run();
  };
  const expected = ({ finds }: (typeof CORRUPTIONS)[number]): Finding[] =>
    finds(world).map(([invariant, subjects]) => ({ invariant, count: subjects.length, subjects }));

  it('finds nothing in a sound database', async () => {
    expect(await withCopy(undefined, audited)).toEqual([]);
  });

  it('has an invariant for each corruption and a corruption for each invariant', () => {
    const covered = CORRUPTIONS.flatMap(({ finds }) => finds(world).map(([invariant]) => invariant));
    // Those of the books have a test of their own.
    const books = new Set([...JOURNAL_INVARIANTS, ...INVOICE_INVARIANTS].map(({ name }) => name));
    expect([...new Set(covered)].toSorted()).toEqual(registered.filter((name) => !books.has(name)).toSorted());
  });

  it.each(CORRUPTIONS.map((corruption) => [corruption.what, corruption] as const))(
    'says that %s',
    async (_, corruption) => {
      expect(await withCopy(corruption.sql(world), audited)).toEqual(expected(corruption));
    },
    TIME_LIMIT_MS,
  );

  const oversold = CORRUPTIONS.find(({ what }) => what === 'two reservations have a seat on the same legs')!;

  it(
    'answers admins, and nobody else, and sets the metric',
    async () => {
      const seen = await withCopy(oversold.sql(world), async ({ url }) => {
        const application = await startBeside({ env: testEnvironment({ DATABASE_URL: url, ROLE: 'api' }) });
        try {
          const client = await application.client.logIn(admin.email, 'a long enough password');
          const query = '{ audit { invariant count subjects } }';
          const { audit } = await client.ask<{ audit: Finding[] }>(query);
          const metrics = await (await fetch(`${application.url}/metrics`)).text();
          const stranger = await application.client.ask(query).catch((error: unknown) => error);
          return { audit, metrics, stranger };
        } finally {
          await application.close();
        }
      });
      expect(seen.audit).toEqual(expected(oversold));
      expect(seen.stranger).toMatchObject({ code: 'UNAUTHENTICATED' });
      const measured = (invariant: string): string | undefined =>
        new RegExp(`^holdfast_invariant_violations\\{invariant="${invariant}"\\} (\\d+)$`, 'm').exec(seen.metrics)?.[1];
      expect(registered.map((name) => [name, measured(name)])).toEqual(
        registered.map((name) => [name, String(seen.audit.find(({ invariant }) => invariant === name)?.count ?? 0)]),
      );
    },
    TIME_LIMIT_MS,
  );

  it(
    'as a command says what is wrong, and fails only then',
    async () => {
      const n = registered.length;
      const well = await withCopy(undefined, command);
      expect(well).toEqual({ code: 0, out: `${n} of ${n} invariants hold\n` });
      const broken = await withCopy(oversold.sql(world), command);
      const lines = expected(oversold).map(
        ({ invariant, count, subjects }) => `${invariant}: ${count}\n${subjects.map((one) => `  ${one}\n`).join('')}`,
      );
      expect(broken).toEqual({ code: 1, out: `${lines.join('')}${n - lines.length} of ${n} invariants hold\n` });
    },
    TIME_LIMIT_MS,
  );
});

/** By hand: without the foreign keys and triggers that keep programs from it. */
async function corrupt({ dataSource }: TestDatabase, sql: string): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await manager.query(`SET LOCAL session_replication_role = replica`);
    await manager.query(sql);
  });
}

/** `npm run audit` on a database that the environment names. */
async function command({ url }: TestDatabase): Promise<{ code: number; out: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-audit-'));
  try {
    return await new Promise((done) => {
      execFile(
        process.execPath,
        [resolve('dist/apps/cli/src/audit.js')],
        { cwd: folder, env: { ...process.env, ...testEnvironment({ DATABASE_URL: url }) } },
        (error, out) => done({ code: error ? Number(error.code) : 0, out }),
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
