import { newId } from '#kernel';
import { Auditor } from '#platform';
import { type Payment, PaymentsService } from '#payments';
import type { CheckOutInput } from '../../libs/reservations/src/reservation.inputs.js';
import { BookingSessionService } from '../../libs/reservations/src/booking-session.service.js';
import { CheckOutService } from '../../libs/reservations/src/check-out.service.js';
import type { Order } from '../../libs/reservations/src/order.entity.js';
import { ReservationEnded } from '../../libs/reservations/src/reservation.refusals.js';
import type { CancelReservationArgs } from '../../libs/reservations/src/reservation.inputs.js';
import type { Reservation } from '../../libs/reservations/src/reservation.entity.js';
import { WebhooksService } from '../../libs/payments/src/webhooks.service.js';
import type { ProviderEvent } from '../../libs/payments/src/payment-provider.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Sale, reserve, saleOfTrip, seatStates } from '../support/sale.js';

const LABELS = ['1A', '1B', '1C', '1D', '2A', '2B', '2C', '2D'];

/** What comes at the same time is done in one transaction; nobody gets another one's answer, or another one's fault. */
describe('together', () => {
  let application: TestApplication;
  let sale: Sale;
  let transactions: number;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
    const { database } = application;
    const { transaction } = database;
    database.transaction = async (work) => {
      if (!database.inTransaction) transactions += 1;
      return (await transaction.call(database, work)) as never;
    };
  });
  beforeEach(async () => {
    sale = await saleOfTrip(application);
    transactions = 0;
  });
  afterAll(async () => {
    await application.close();
  });

  const held = async (labels: string[]): Promise<CheckOutInput[]> =>
    await Promise.all(
      labels.map(async (label) => {
        const { reservation, sessionToken } = await reserve(application.client, sale, [label]);
        return {
          reservationId: reservation!.id,
          sessionToken,
          contact: { name: `Passenger of ${label}`, email: `${label}@holdfast.test` },
        };
      }),
    );
  const checkOut = async (input: CheckOutInput): Promise<Order> =>
    await application.get(CheckOutService).checkOut(undefined, input);
  const payments = async (orders: Order[]): Promise<Payment[]> =>
    await Promise.all(orders.map(async ({ id }) => (await application.get(PaymentsService).of(id))[0]!));
  const captured = ({ providerReference, amountMinor, currency }: Payment): ProviderEvent => ({
    eventId: newId(),
    type: 'captured',
    providerReference: providerReference!,
    amountMinor,
    currency,
  });
  const apply = async (event: ProviderEvent): Promise<boolean> =>
    await application.get(WebhooksService).apply('sandbox', event);
  const states = async (orders: Order[]): Promise<string[]> => {
    const rows = await application.database.query<{ state: string }>(
      `SELECT o.state || ' ' || string_agg(t.state, ' ') AS state FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (id, position)
       JOIN orders o USING (id) JOIN tickets t ON t.order_id = o.id GROUP BY o.id, position ORDER BY position`,
      [orders.map(({ id }) => id)],
    );
    return rows.map(({ state }) => state);
  };
  const giveBack = async (
    { reservationId: id, sessionToken }: CheckOutInput,
    more: Partial<CancelReservationArgs> = {},
  ): Promise<Reservation> =>
    await application.get(BookingSessionService).cancel(undefined, { id, sessionToken, ...more });
  const sequence = async (): Promise<number> => {
    const [inventory] = await application.database.query<{ sequence: string }>(
      `SELECT sequence FROM inventories WHERE bookable_id = $1`,
      [sale.bookable.id],
    );
    return Number(inventory!.sequence);
  };
  const seatsTaken = async (): Promise<string[]> =>
    Object.entries(await seatStates(application.client, sale))
      .filter(([, state]) => state !== 'FREE')
      .map(([label]) => label);
  const audited = async (): Promise<void> => {
    expect(await application.get(Auditor).run()).toEqual([]);
  };

  it('check out, each its own order', async () => {
    const inputs = await held(LABELS);
    transactions = 0;
    const orders = await Promise.all(inputs.map(checkOut));
    expect(transactions).toBeLessThan(LABELS.length / 2);
    expect(orders.map(({ name }) => name)).toEqual(LABELS.map((label) => `Passenger of ${label}`));
    expect(orders.map(({ reservationId }) => reservationId)).toEqual(inputs.map(({ reservationId }) => reservationId));
    expect(await states(orders)).toEqual(LABELS.map(() => 'PENDING RESERVED'));
    expect(new Set((await payments(orders)).map(({ payUrl }) => payUrl)).size).toBe(LABELS.length);
  });

  it('check out, and whoever is refused is refused alone', async () => {
    const [first, stranger, dearer, last] = await held(['1A', '1B', '1C', '1D']);
    const outcomes = await Promise.allSettled([
      checkOut(first!),
      checkOut({ ...stranger!, sessionToken: first!.sessionToken }),
      checkOut({ ...dearer!, expectedTotalMinor: 1 }),
      checkOut(last!),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { extensions: { code: 'NOT_FOUND' } } });
    expect(outcomes[2]).toMatchObject({ reason: { totalMinor: 1000 } });
    const [{ count }] = (await application.database.query<{ count: string }>(
      `SELECT count(*) FROM orders WHERE bookable_id = $1`,
      [sale.bookable.id],
    )) as [{ count: string }];
    expect(Number(count)).toBe(2);
  });

  it('check out one reservation several times: one order, and a key is of one request', async () => {
    const [input] = await held(['1A']);
    const keyed = { ...input!, idempotencyKey: newId() };
    const outcomes = await Promise.allSettled([
      checkOut(keyed),
      checkOut(keyed),
      checkOut({ ...keyed, contact: { name: 'Another', email: 'another@holdfast.test' } }),
      checkOut(input!),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ reason: { extensions: { code: 'BAD_USER_INPUT' } } });
    const ids = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.id] : []));
    expect(new Set(ids).size).toBe(1);
  });

  it('give their places back, in one change of the map', async () => {
    const [inputs, last] = [await held(LABELS), await held(['3A'])];
    await checkOut(inputs[0]!);
    const before = await sequence();
    transactions = 0;
    const given = await Promise.all(inputs.map(async (input) => await giveBack(input)));
    expect(transactions).toBe(1);
    expect(await sequence()).toBe(before + 1);
    expect(given.map(({ id, state }) => [id, state])).toEqual(
      inputs.map(({ reservationId }) => [reservationId, 'CANCELLED']),
    );
    expect(await seatsTaken()).toEqual(['3A']);
    expect((await giveBack(last[0]!)).state).toBe('CANCELLED');
    expect(await seatsTaken()).toEqual([]);
    await audited();
  });

  it('give their places back, and whoever is refused is refused alone', async () => {
    const [first, stranger, paid, twice, keyed, last] = await held(['1A', '1B', '1C', '1D', '2A', '2B']);
    await apply(captured((await payments([await checkOut(paid!)]))[0]!));
    const key = { idempotencyKey: newId() };
    const outcomes = await Promise.allSettled([
      giveBack(first!),
      giveBack({ ...stranger!, sessionToken: first!.sessionToken }),
      giveBack(paid!),
      giveBack(twice!),
      giveBack(twice!),
      giveBack(keyed!, key),
      giveBack(keyed!, key),
      giveBack(last!),
    ]);
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      false,
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(outcomes[1]).toMatchObject({ reason: { extensions: { code: 'NOT_FOUND' } } });
    expect((outcomes[2] as PromiseRejectedResult).reason).toBeInstanceOf(ReservationEnded);
    expect(await seatsTaken()).toEqual(['1B', '1C']);
    await audited();
  });

  it('are paid, in one transaction', async () => {
    const orders = await Promise.all((await held(LABELS)).map(checkOut));
    const told = (await payments(orders)).map(captured);
    transactions = 0;
    expect(await Promise.all(told.map(apply))).toEqual(told.map(() => true));
    expect(transactions).toBe(1);
    expect(await states(orders)).toEqual(LABELS.map(() => 'PAID PAID'));
    await audited();
  });

  it('are told everything that can be told, each once', async () => {
    const orders = await Promise.all((await held(['1A', '1B', '1C', '1D'])).map(checkOut));
    const [paid, less, declined, foreign] = (await payments(orders)).map(captured);
    const events: ProviderEvent[] = [
      paid!,
      paid!,
      { ...paid!, eventId: newId() },
      { ...less!, amountMinor: 400 },
      { ...less!, eventId: newId(), amountMinor: 1100 },
      { ...declined!, type: 'declined', amountMinor: 0 },
      { ...foreign!, currency: 'EUR' },
      { ...foreign!, eventId: newId(), providerReference: 'ch_unknown' },
      { ...foreign!, eventId: newId(), providerReference: 'ch_unknown', type: 'other' },
    ];
    expect(await Promise.all(events.map(apply))).toEqual([true, true, true, true, true, true, true, false, true]);
    expect(await states(orders)).toEqual(['PAID PAID', 'PAID PAID', 'PENDING RESERVED', 'PENDING RESERVED']);
    const refunds = await application.database.query(
      `SELECT reason, r.amount_minor AS amount FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.reference = ANY($1::uuid[]) ORDER BY reason`,
      [orders.map(({ id }) => id)],
    );
    expect(refunds).toEqual([
      { reason: 'TOO_MUCH', amount: 100 },
      { reason: 'WRONG_CURRENCY', amount: 1000 },
    ]);
    await audited();
  });

  it('are told, and what cannot be booked keeps nobody else waiting', async () => {
    const orders = await Promise.all((await held(['1A', '1B', '1C'])).map(checkOut));
    const [first, spoiled, last] = (await payments(orders)).map(captured);
    // More than a number of the database can hold.
    const outcomes = await Promise.allSettled([
      apply(first!),
      apply({ ...spoiled!, amountMinor: 2 ** 40 }),
      apply(last!),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await states(orders)).toEqual(['PAID PAID', 'PENDING RESERVED', 'PAID PAID']);
    await audited();
  });
});
