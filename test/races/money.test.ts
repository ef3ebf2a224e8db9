import { SelectQueryBuilder } from 'typeorm';
import { Client } from '../../apps/cli/src/journey/client.js';
import { Auditor, DomainEvents } from '#platform';
import { FundsService, RefundReason, RefundRequested } from '#payments';
import { type TestApplication, startApplication, startBeside } from '../support/application.js';
import { type Account, account, operator, placeOrder, soldTicket, trip } from '../support/fixtures.js';
import { OrderPlacement } from '../../libs/reservations/src/order-placement.js';
import { RIVALS, meetingOf, waitAt } from '../support/rivals.js';
import { type Sale, reserve } from '../support/sale.js';

/** Who is told of an event in the transaction that publishes it. */
const listenersOf = (events: DomainEvents): Map<string, unknown> =>
  (events as unknown as { listeners: Map<string, unknown> }).listeners;

/** Fifty rivals through two applications for money that is there once. */
describe('money', () => {
  let applications: TestApplication[];
  let passenger: Account;
  let sale: Sale;
  beforeAll(async () => {
    // The first one works off jobs, so that the tickets can be paid.
    const first = await startApplication();
    applications = [first, await startBeside(first)];
    passenger = await account(first);
  });
  beforeEach(async () => {
    const [first] = applications;
    sale = await trip(first!, (await operator(first!)).organization.id);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    for (const application of applications.toReversed()) await application.close();
  });

  const rivals = async (
    ask: (application: TestApplication, rival: number) => Promise<unknown>,
  ): Promise<PromiseSettledResult<unknown>[]> =>
    await Promise.allSettled(Array.from({ length: RIVALS }, (_, rival) => ask(applications[rival % 2]!, rival)));
  const won = (outcomes: PromiseSettledResult<unknown>[]): number =>
    outcomes.filter(({ status }) => status === 'fulfilled').length;
  const breach = async (): Promise<string[]> =>
    (await applications[0]!.get(Auditor).run()).map(({ invariant }) => invariant);
  /** Takes guards out of the statements of both applications. @returns how often they were there */
  function weaken(...guards: string[]): { times: number } {
    const found = { times: 0 };
    for (const { database } of applications) {
      const query = database.query.bind(database);
      jest.spyOn(database, 'query').mockImplementation(async (sql, parameters) => {
        for (const guard of guards) {
          if (sql.includes(guard)) found.times += 1;
          sql = sql.replaceAll(guard, '');
        }
        return await query(sql, parameters);
      });
    }
    return found;
  }
  const query = async <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
    await applications[0]!.database.query<Row>(sql, parameters);

  describe('that came in for an order', () => {
    const LOCK = 'FOR UPDATE';
    const givenBack = async (orderId: string, key: (rival: number) => string): Promise<number> =>
      won(
        await rivals(({ database, get }, rival) =>
          database.transaction(async () => {
            const funds = get(FundsService);
            const minor = await funds.refund(orderId, 400, key(rival), RefundReason.GIVEN_BACK);
            if (minor === 0) throw new Error('it was given back before');
          }),
        ),
      );
    const refunded = async (orderId: string): Promise<number> =>
      Number(
        (
          await query<{ sum: string }>(
            `SELECT coalesce(sum(amount_minor), 0) AS sum FROM refunds WHERE reference = $1`,
            [orderId],
          )
        )[0]!.sum,
      );

    it('is given back once for one reason', async () => {
      const { order } = await soldTicket(applications[0]!, passenger, sale);
      expect(await givenBack(order.id, () => `race:${order.id}`)).toBe(1);
      expect(await refunded(order.id)).toBe(400);
    });

    it('is never given back for more than it is', async () => {
      const { order } = await soldTicket(applications[0]!, passenger, sale);
      expect(await givenBack(order.id, (rival) => `race:${order.id}:${rival}`)).toBe(2);
      expect(await refunded(order.id)).toBe(800);
      expect(await breach()).toEqual([]);
    });

    it('is held together by the constraint without the lock, by the journal without both, and without all more goes back than came in', async () => {
      const [constrained, booked, free] = [
        await soldTicket(applications[0]!, passenger, sale, '1A'),
        await soldTicket(applications[0]!, passenger, sale, '1B'),
        await soldTicket(applications[0]!, passenger, sale, '1C'),
      ];
      const found = weaken(LOCK);
      await givenBack(constrained.order.id, (rival) => `race:${constrained.order.id}:${rival}`);
      expect(await refunded(constrained.order.id)).toBeLessThanOrEqual(1000);
      await query(`ALTER TABLE payment_applications DROP CONSTRAINT payment_applications_refunded`);
      // The journal would not book it either.
      await givenBack(booked.order.id, (rival) => `race:${booked.order.id}:${rival}`);
      expect(await refunded(booked.order.id)).toBeLessThanOrEqual(1000);
      for (const { get } of applications) listenersOf(get(DomainEvents)).delete(RefundRequested.type);
      await givenBack(free.order.id, (rival) => `race:${free.order.id}:${rival}`);
      expect(found.times).toBeGreaterThan(0);
      expect(await refunded(free.order.id)).toBeGreaterThan(1000);
    });
  });

  describe('for a reservation', () => {
    const seats = ['2A', '2B', '2C', '2D'];
    const checkOuts = async (): Promise<{ orders: number; failed: number }> => {
      const held = await reserve(passenger.client, sale, [seats.pop()!], { to: sale.bookable.legCount });
      const outcomes = await rivals(async ({ url }) => {
        const client = new Client(url, passenger.client.accessToken);
        return await placeOrder({ ...passenger, client }, held);
      });
      const [row] = await query<{ count: string }>(`SELECT count(*) FROM orders WHERE reservation_id = $1`, [
        held.reservation!.id,
      ]);
      return { orders: Number(row!.count), failed: RIVALS - won(outcomes) };
    };

    it('is asked for once, however often it is checked out', async () => {
      expect(await checkOuts()).toEqual({ orders: 1, failed: 0 });
    });

    it('is asked for once by the unique index when nothing is locked, and without it many times', async () => {
      let locks = 0;
      jest.spyOn(SelectQueryBuilder.prototype, 'setLock').mockImplementation(function (
        this: SelectQueryBuilder<object>,
      ) {
        locks += 1;
        return this;
      });
      let bothSeeNoOrder = meetingOf(2);
      for (const { get } of applications) waitAt('before', get(OrderPlacement), 'place', () => bothSeeNoOrder());
      const defended = await checkOuts();
      expect(defended.orders).toBe(1);
      expect(defended.failed).toBeGreaterThan(0);
      await query(`ALTER TABLE orders DROP CONSTRAINT orders_reservation_key`);
      bothSeeNoOrder = meetingOf(2);
      expect((await checkOuts()).orders).toBe(2);
      expect(locks).toBeGreaterThan(0);
    });
  });
});
