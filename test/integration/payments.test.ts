import { createHmac } from 'node:crypto';
import { newId } from '#kernel';
import { OrganizationsService } from '#catalogue';
import { FundsService, RefundReason } from '#payments';
import { ReleasesService } from '#reservations';
import { eventually } from '../../apps/cli/src/journey/steps.js';
import { MovedClock } from '../support/clock.js';
import { type TestApplication, startApplication } from '../support/application.js';
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

interface Event {
  eventId: string;
  kind: 'charge.succeeded' | 'charge.declined';
  chargeId: string;
  amountMinor: number;
  currency: string;
}

describe('payments', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let sale: Sale;
  beforeAll(async () => {
    // Without workers the sandbox sends nothing by itself: these tests are the gateway.
    application = await startApplication({ ROLE: 'api' }, clock);
  });
  beforeEach(async () => {
    sale = await saleOfTrip(application);
  });
  afterAll(async () => {
    await application.close();
  });

  async function placed(...labels: string[]): Promise<{ order: Bought; mine: Reserved }> {
    const mine = await reserve(application.client, sale, labels);
    return { order: await checkOut(application.client, mine), mine };
  }
  const chargeOf = (order: Bought): string => order.payment!.payUrl.split('/').at(-1)!;
  const success = (order: Bought): Event => ({
    eventId: newId(),
    kind: 'charge.succeeded',
    chargeId: chargeOf(order),
    amountMinor: order.totalMinor,
    currency: 'GBP',
  });

  async function send(
    event: object | string,
    { at = clock.now(), secret = application.env['SANDBOX_WEBHOOK_SECRET']! } = {},
  ): Promise<number> {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const seconds = Math.floor(at.getTime() / 1000);
    const signature = `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
    const answer = await application.client.fetch('/webhooks/payments/sandbox', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-sandbox-signature': signature },
    });
    return answer.status;
  }
  const refunds = async (
    order: Bought,
  ): Promise<{ amount_minor: number; reason_key: string; reason: string; currency: string }[]> =>
    await application.database.query(
      `SELECT r.amount_minor, r.reason_key, r.reason, r.currency FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.reference = $1`,
      [order.id],
    );
  const outbox = async (type: string, order: Bought): Promise<number> =>
    (
      await application.database.query(`SELECT 1 FROM outbox WHERE type = $1 AND payload->>'orderId' = $2`, [
        type,
        order.id,
      ])
    ).length;

  it('sell the seats, once, however often the webhook comes', async () => {
    const { order, mine } = await placed('1A', '1B');
    expect(order).toMatchObject({ state: 'PENDING', totalMinor: 2000 });
    const event = success(order);
    const answers = await Promise.all([
      ...Array.from({ length: 25 }, () => send(event)),
      ...Array.from({ length: 25 }, () => send(success(order))),
    ]);
    expect(new Set(answers)).toEqual(new Set([200]));
    const paid = await readOrder(application.client, order.id, mine);
    expect(paid).toMatchObject({ state: 'PAID', payment: { state: 'CAPTURED' } });
    expect(paid.tickets.map(({ state }) => state)).toEqual(['PAID', 'PAID']);
    expect(await outbox('order.paid', order)).toBe(1);
    expect(await refunds(order)).toEqual([]);
    expect((await seatStates(application.client, sale))['1A']).toBe('SOLD');
  });

  it('give the same order to fifty check-outs of one reservation', async () => {
    const mine = await reserve(application.client, sale, ['1A']);
    const orders = await Promise.all(Array.from({ length: 50 }, () => checkOut(application.client, mine)));
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1);
    expect(new Set(orders.map(({ payment }) => payment!.payUrl)).size).toBe(1);
    expect(orders[0]!.tickets).toHaveLength(1);
  });

  it('are refused without the right signature, and when the signature is old', async () => {
    const { order, mine } = await placed('1A');
    expect(await send(success(order), { secret: 'x'.repeat(40) })).toBe(401);
    expect(await send(success(order), { at: new Date(clock.now().getTime() - 6 * 60_000) })).toBe(401);
    expect((await readOrder(application.client, order.id, mine)).state).toBe('PENDING');
  });

  it('that nobody knows are not taken, so that they come again', async () => {
    expect(
      await send({
        eventId: newId(),
        kind: 'charge.succeeded',
        chargeId: 'ch_unknown',
        amountMinor: 1,
        currency: 'GBP',
      }),
    ).toBe(404);
  });

  it('may be declined and tried again', async () => {
    const { order, mine } = await placed('1A');
    expect(await send({ ...success(order), kind: 'charge.declined' })).toBe(200);
    expect((await readOrder(application.client, order.id, mine)).payment!.state).toBe('DECLINED');
    const again = await checkOut(application.client, mine);
    expect(again.id).toBe(order.id);
    expect(again.payment!.payUrl).not.toBe(order.payment!.payUrl);
    expect(await send(success(again))).toBe(200);
    expect((await readOrder(application.client, order.id, mine)).state).toBe('PAID');
  });

  it('count even when the decline is reported after the success', async () => {
    const { order, mine } = await placed('1A');
    await send(success(order));
    await send({ ...success(order), kind: 'charge.declined' });
    expect(await readOrder(application.client, order.id, mine)).toMatchObject({
      state: 'PAID',
      payment: { state: 'CAPTURED' },
    });
  });

  it.each(['before the sweep', 'after the sweep'])(
    'that are late, %s, take the seats again when all are free',
    async (when) => {
      const { order, mine } = await placed('1A', '1B');
      clock.advance(20);
      if (when === 'after the sweep') {
        while ((await application.get(ReleasesService).expireDue()) > 0);
        expect((await readOrder(application.client, order.id, mine)).state).toBe('EXPIRED');
      }
      expect(await send(success(order))).toBe(200);
      expect((await readOrder(application.client, order.id, mine)).state).toBe('PAID');
      expect(await seatStates(application.client, sale)).toMatchObject({ '1A': 'SOLD', '1B': 'SOLD' });
    },
  );

  it('that are late go back in full when one of the seats is taken and no others are offered', async () => {
    await application.get(OrganizationsService).update(sale.organizationId, { seatOfferMinutes: 0 });
    const { order, mine } = await placed('1A', '1B');
    clock.advance(20);
    const next = await reserve(application.client, sale, ['1B']);
    expect(next.__typename).toBe('ReservationOpened');
    expect(await send(success(order))).toBe(200);
    const refused = await readOrder(application.client, order.id, mine);
    expect(refused.state).toBe('REFUNDED');
    expect(refused.tickets.map(({ state }) => state)).toEqual(['EXPIRED', 'EXPIRED']);
    expect(await refunds(order)).toMatchObject([{ amount_minor: 2000 }]);
    expect(await seatStates(application.client, sale)).toMatchObject({ '1A': 'FREE', '1B': 'HELD' });
    expect((await checkOut(application.client, next)).__typename).toBe('Order');
  });

  it('of an order that was given up go back', async () => {
    const { order, mine } = await placed('1A');
    await application.client.ask(
      `mutation ($id: ID!, $token: String) { cancelReservation(id: $id, sessionToken: $token) { __typename } }`,
      { id: mine.reservation!.id, token: mine.sessionToken },
    );
    await send(success(order));
    expect(await refunds(order)).toMatchObject([{ amount_minor: 1000 }]);
    expect((await seatStates(application.client, sale))['1A']).toBe('FREE');
  });

  it('of another currency go back, and the order waits', async () => {
    const { order, mine } = await placed('1A');
    expect(await send({ ...success(order), currency: 'JPY' })).toBe(200);
    expect((await readOrder(application.client, order.id, mine)).state).toBe('PENDING');
    expect(await refunds(order)).toMatchObject([{ amount_minor: 1000, currency: 'JPY', reason: 'WRONG_CURRENCY' }]);
    const again = await checkOut(application.client, mine);
    expect(await send(success(again))).toBe(200);
    expect((await readOrder(application.client, order.id, mine)).state).toBe('PAID');
  });

  it('of too much pay for the order, and the rest goes back', async () => {
    const { order, mine } = await placed('1A');
    expect(await send({ ...success(order), amountMinor: 1500 })).toBe(200);
    expect((await readOrder(application.client, order.id, mine)).state).toBe('PAID');
    expect(await refunds(order)).toMatchObject([{ amount_minor: 500, reason: 'TOO_MUCH' }]);
  });

  it('of too little wait for the rest, which is asked for by checking out again', async () => {
    const { order, mine } = await placed('1A');
    expect(await send({ ...success(order), amountMinor: 300 })).toBe(200);
    expect((await readOrder(application.client, order.id, mine)).state).toBe('PENDING');
    const again = await checkOut(application.client, mine);
    expect(again.payment!.amountMinor).toBe(700);
    expect(await send({ ...success(again), amountMinor: 700 })).toBe(200);
    expect((await readOrder(application.client, order.id, mine)).state).toBe('PAID');
    expect(await refunds(order)).toEqual([]);
  });

  it('of too little go back when the hold ends before the rest has come', async () => {
    const { order, mine } = await placed('1A');
    await send({ ...success(order), amountMinor: 300 });
    clock.advance(20);
    await application.get(ReleasesService).expireAll();
    expect((await readOrder(application.client, order.id, mine)).state).toBe('EXPIRED');
    expect(await refunds(order)).toMatchObject([{ amount_minor: 300, reason: 'TOO_LITTLE' }]);
  });

  it('in parts count together, and an event that tells of less than is known changes nothing', async () => {
    const { order, mine } = await placed('1A');
    await send({ ...success(order), amountMinor: 400 });
    await send({ ...success(order), amountMinor: 1000 });
    await send({ ...success(order), amountMinor: 400 });
    expect((await readOrder(application.client, order.id, mine)).state).toBe('PAID');
    expect(await refunds(order)).toEqual([]);
  });

  it('that come twice for one order go back the second time', async () => {
    const { order, mine } = await placed('1A');
    await send({ ...success(order), kind: 'charge.declined' });
    const again = await checkOut(application.client, mine);
    await send(success(again));
    await send(success(order));
    expect((await readOrder(application.client, order.id, mine)).state).toBe('PAID');
    expect(await refunds(order)).toMatchObject([{ amount_minor: 1000, reason: 'TWICE' }]);
  });

  it('go back once for one reason, and never more of them than came in', async () => {
    const { order } = await placed('1A', '1B');
    await send(success(order));
    const ask = async (reason: string): Promise<void> =>
      await application.database.transaction(async () => {
        await application.get(FundsService).refund(order.id, 2000, reason, RefundReason.GIVEN_BACK);
      });
    await ask(`first:${order.id}`);
    await ask(`first:${order.id}`);
    expect(await refunds(order)).toMatchObject([{ amount_minor: 2000, reason_key: `first:${order.id}` }]);
    await expect(ask(`second:${order.id}`)).rejects.toThrow('2000 more than there are');
    expect(await refunds(order)).toHaveLength(1);
  });

  it('are not needed when there is nothing to pay', async () => {
    sale = await saleOfTrip(application, { priceMinor: 0 });
    const { order } = await placed('1A');
    expect(order).toMatchObject({ state: 'PAID', totalMinor: 0, payment: null });
    expect(order.tickets[0]!.state).toBe('PAID');
  });
});

describe('payments with the sandbox at work', () => {
  let application: TestApplication;
  beforeAll(async () => {
    application = await startApplication();
  });
  afterAll(async () => {
    await application.close();
  });

  it('come from the pay page through the queue; a cancelled ticket is paid back', async () => {
    const passenger = await application.client.register(
      'Somebody',
      `${newId()}@holdfast.test`,
      'a long enough password',
    );
    const sale = await saleOfTrip(application);
    const mine = await reserve(passenger, sale, ['1A', '1B']);
    const order = await checkOut(passenger, mine);
    await fetch(order.payment!.payUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'the-request-of-the-payer' },
      body: JSON.stringify({ outcome: 'pay' }),
    });
    const paid = await eventually('payment', async () => {
      const now = await readOrder(passenger, order.id, mine);
      return now.state === 'PAID' ? now : undefined;
    });
    // One id from the request through the queue, the webhook and the next job.
    const chain = await eventually('the last job', async () => {
      const rows = await application.database.query<{ type: string }>(
        `SELECT type FROM outbox WHERE correlation_id = 'the-request-of-the-payer' ORDER BY id`,
      );
      return rows.length === 5 ? rows.map(({ type }) => type) : undefined;
    });
    expect(chain).toEqual([
      'sandbox-event.raised',
      'payment.captured',
      'payment.applied',
      'order.paid',
      'tickets.rendered',
    ]);
    const [first] = paid.tickets;
    const cancel = async (): Promise<string> =>
      (
        await passenger.ask<{ cancelTicket: { __typename: string } }>(
          `mutation ($id: ID!) { cancelTicket(id: $id) { __typename } }`,
          { id: first!.id },
        )
      ).cancelTicket.__typename;
    const cancels = await Promise.all(Array.from({ length: 10 }, cancel));
    expect(cancels.filter((name) => name === 'Ticket')).toHaveLength(1);
    await eventually('refund', async () => {
      const now = await readOrder(passenger, order.id, mine);
      return now.tickets.find(({ id }) => id === first!.id)?.state === 'REFUNDED' ? true : undefined;
    });
    // 72 hours before departure everything goes back, once.
    expect(await application.database.query(`SELECT refunded_minor FROM sandbox_charges`)).toEqual([
      { refunded_minor: 1000 },
    ]);
    const moves = await application.database.query(
      `SELECT from_state, to_state FROM ticket_moves WHERE ticket_id = $1 ORDER BY moved_at, id`,
      [first!.id],
    );
    expect(moves).toEqual([
      { from_state: 'RESERVED', to_state: 'PAID' },
      { from_state: 'PAID', to_state: 'CANCELLED' },
      { from_state: 'CANCELLED', to_state: 'REFUNDED' },
    ]);
  });
});
