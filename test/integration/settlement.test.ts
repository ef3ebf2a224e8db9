import { Auditor } from '#platform';
import { OrganizationsService } from '#catalogue';
import { PAYMENT_MOVES, REFUND_MOVES, ReconciliationService } from '#payments';
import { ORDER_MOVES, ReleasesService } from '#reservations';
import { TICKET_MOVES } from '../../libs/tickets/src/ticket.entity.js';
import { MovedClock } from '../support/clock.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { eventually } from '../support/fixtures.js';
import { press } from '../support/sandbox.js';
import {
  type Bought,
  type Reserved,
  type Sale,
  checkOut,
  readOrder,
  reserve,
  saleOfTrip,
  seatStates,
} from '../support/sale.js';

interface Placed {
  order: Bought;
  mine: Reserved;
  charge: string;
}

/** Everything is at work: the gateway sends webhooks, jobs send refunds; only reconciliation runs when it is told to. */
describe('payments that go their own way', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let sale: Sale;
  beforeAll(async () => {
    application = await startApplication({}, clock);
  });
  beforeEach(async () => {
    sale = await saleOfTrip(application);
    await application.get(OrganizationsService).update(sale.organizationId, { seatOfferMinutes: 0 });
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
  });
  afterAll(async () => {
    await application.close();
  });

  async function placed(label = '1A', mode: Record<string, string> = {}): Promise<Placed> {
    const mine = await reserve(application.client, sale, [label]);
    const order = await checkOut(application.client, mine);
    const charge = order.payment!.payUrl.split('/').at(-1)!;
    await press(application, `/sandbox/charges/${charge}/mode`, mode);
    return { order, mine, charge };
  }
  const act = async (charge: string, action: string): Promise<void> => {
    const { status } = await press(application, `/sandbox/charges/${charge}`, { action });
    expect(status).toBe(200);
  };
  const state = async (
    table: 'orders' | 'payments' | 'refunds',
    where: string,
    id: string,
  ): Promise<string | undefined> =>
    (await application.database.query<{ state: string }>(`SELECT state FROM ${table} WHERE ${where} = $1`, [id]))[0]
      ?.state;
  const orderIs = async ({ order }: Placed, wanted: string): Promise<void> =>
    void (await eventually(
      () => state('orders', 'id', order.id),
      (now) => now === wanted,
    ));
  const paymentIs = async ({ order }: Placed, wanted: string): Promise<void> =>
    void (await eventually(
      () => state('payments', 'reference', order.id),
      (now) => now === wanted,
    ));
  const reconcile = async (minutes: number): Promise<number> => {
    clock.advance(minutes);
    return await application.get(ReconciliationService).run();
  };
  const refundOf = async ({
    order,
  }: Placed): Promise<{ state: string; attempts: number; reason: string; amount: number } | undefined> =>
    (
      await application.database.query<{ state: string; attempts: number; reason: string; amount: number }>(
        `SELECT r.state, r.attempts, r.reason, r.amount_minor AS amount FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.reference = $1`,
        [order.id],
      )
    )[0];

  const toldOf = async ({ order }: Placed): Promise<string[]> =>
    (
      await application.database.query<{ type: string }>(
        `SELECT w.type FROM payment_webhooks w JOIN payments p ON p.id = w.payment_id WHERE p.reference = $1`,
        [order.id],
      )
    ).map(({ type }) => type);

  it('are found by asking when no webhook ever comes', async () => {
    const placedOrder = await placed('1A', { webhooks: 'never' });
    await act(placedOrder.charge, 'succeed');
    expect(await reconcile(1)).toBe(0);
    expect(await state('orders', 'id', placedOrder.order.id)).toBe('PENDING');
    expect(await reconcile(3)).toBe(1);
    await orderIs(placedOrder, 'PAID');
  });

  it('cannot be paid any more when the order has ended: they are voided', async () => {
    const placedOrder = await placed();
    clock.advance(20);
    await application.get(ReleasesService).expireAll();
    await reconcile(1);
    await paymentIs(placedOrder, 'VOIDED');
    expect((await press(application, `/sandbox/pay/${placedOrder.charge}`, { outcome: 'pay' })).page).not.toContain(
      'on their way',
    );
  });

  it('that were paid in the moment of the void still count', async () => {
    const placedOrder = await placed('1A', { webhooks: 'never' });
    await act(placedOrder.charge, 'succeed');
    clock.advance(20);
    await application.get(ReleasesService).expireAll();
    await reconcile(1);
    await orderIs(placedOrder, 'PAID');
    expect((await seatStates(application.client, sale))['1A']).toBe('SOLD');
  });

  it.each([
    ['won', ['dispute', 'win-dispute'], 'CAPTURED', 'PAID', 'SOLD'],
    ['lost', ['dispute', 'lose-dispute'], 'CHARGED_BACK', 'CHARGED_BACK', 'FREE'],
  ])('may be disputed, and %s', async (_, actions, payment, order, seat) => {
    const placedOrder = await placed();
    await act(placedOrder.charge, 'succeed');
    await orderIs(placedOrder, 'PAID');
    await act(placedOrder.charge, actions[0]!);
    await paymentIs(placedOrder, 'DISPUTED');
    expect((await readOrder(application.client, placedOrder.order.id, placedOrder.mine)).tickets[0]!.state).toBe(
      'PAID',
    );
    await act(placedOrder.charge, actions[1]!);
    await paymentIs(placedOrder, payment);
    await orderIs(placedOrder, order);
    expect((await seatStates(application.client, sale))['1A']).toBe(seat);
  });

  it('are charged back in whatever order the events come', async () => {
    const placedOrder = await placed('1A', { webhooks: 'held' });
    for (const action of ['succeed', 'dispute', 'lose-dispute', 'release-newest-first'])
      await act(placedOrder.charge, action);
    await paymentIs(placedOrder, 'CHARGED_BACK');
    const { tickets } = await readOrder(application.client, placedOrder.order.id, placedOrder.mine);
    expect(tickets[0]!.state).not.toBe('PAID');
  });

  it('are paid back again when the bank sends a refund back', async () => {
    const placedOrder = await placed('1A', { refunds: 'fail-next' });
    clock.advance(20);
    await reserve(application.client, sale, ['1A']);
    await act(placedOrder.charge, 'succeed');
    await eventually(
      () => refundOf(placedOrder),
      (refund) => refund?.state === 'FAILED',
    );
    expect(await refundOf(placedOrder)).toMatchObject({ reason: 'TOO_LATE', amount: 1000, attempts: 0 });
    // Not at once: a bank does not change its mind within minutes.
    await reconcile(60);
    expect((await refundOf(placedOrder))!.state).toBe('FAILED');
    await reconcile(21 * 60);
    await eventually(
      () => refundOf(placedOrder),
      (refund) => refund?.state === 'SUCCEEDED' && refund.attempts === 1,
    );
  });

  it('are paid back again on the day after, however late the webhook of the failure comes', async () => {
    const placedOrder = await placed('1A', { refunds: 'fail-next', webhooks: 'held' });
    clock.advance(20);
    await reserve(application.client, sale, ['1A']);
    await act(placedOrder.charge, 'succeed');
    await act(placedOrder.charge, 'release');
    await eventually(
      () => refundOf(placedOrder),
      (refund) => refund?.state === 'FAILED',
    );
    clock.advance(21 * 60);
    await act(placedOrder.charge, 'release');
    await eventually(
      () => toldOf(placedOrder),
      (types) => types.includes('refund-failed'),
    );
    await reconcile(1);
    await eventually(
      () => refundOf(placedOrder),
      (refund) => refund?.state === 'SUCCEEDED' && refund.attempts === 1,
    );
  });

  it('are asked about until a refund that takes its time has arrived', async () => {
    const placedOrder = await placed('1A', { refunds: 'pending' });
    clock.advance(20);
    await reserve(application.client, sale, ['1A']);
    await act(placedOrder.charge, 'succeed');
    await eventually(
      () => refundOf(placedOrder),
      (refund) => refund?.state === 'SENT',
    );
    const [row] = await application.database.query<{ id: string }>(
      `SELECT id FROM sandbox_refunds ORDER BY created_at DESC LIMIT 1`,
    );
    await press(application, `/sandbox/refunds/${row!.id}`, { outcome: 'succeed' });
    await eventually(
      () => refundOf(placedOrder),
      (refund) => refund?.state === 'SUCCEEDED',
    );
  });
});

describe('states', () => {
  let application: TestApplication;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
  });
  afterAll(async () => {
    await application.close();
  });

  it.each([
    ['orders', ORDER_MOVES],
    ['payments', PAYMENT_MOVES],
    ['refunds', REFUND_MOVES],
    ['tickets', TICKET_MOVES],
  ])('of %s move in the database as in the code', async (table, moves) => {
    const [trigger] = await application.database.query<{ arguments: string }>(
      `SELECT encode(tgargs, 'escape') AS arguments FROM pg_trigger WHERE tgname = $1`,
      [`${table}_moves`],
    );
    const allowed = Object.entries<readonly string[]>(moves).flatMap(([from, to]) => to.map((one) => `${from}>${one}`));
    expect(trigger!.arguments.split('\\000').filter(Boolean).toSorted()).toEqual(allowed.toSorted());
  });

  it('do not move otherwise, whoever tries', async () => {
    const sale = await saleOfTrip(application);
    const mine = await reserve(application.client, sale, ['1A']);
    const { id } = await checkOut(application.client, mine);
    const move = async (to: string): Promise<unknown> =>
      await application.database.query(`UPDATE orders SET state = $2 WHERE id = $1`, [id, to]);
    await expect(move('CHARGED_BACK')).rejects.toThrow('cannot go from PENDING to CHARGED_BACK');
    await expect(
      application.database.query(`UPDATE payments SET applied_minor = 1 WHERE reference = $1`, [id]),
    ).rejects.toThrow('payments_spent');
  });
});
