import { Auditor } from '#platform';
import { CancellationsService } from '#tickets';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Account, type Operator, account, eventually, operator, soldTicket, trip } from '../support/fixtures.js';
import { type Reserved, type Sale, reserve, seatStates } from '../support/sale.js';

const OFFER = `mutation ($input: ExchangeOfferInput!) { exchangeOffer(input: $input) {
  __typename ... on ExchangeOffer { creditMinor payMinor refundMinor quote { id totalMinor } } ... on Refusal { message } } }`;
const EXCHANGE = `mutation ($input: ExchangeTicketsInput!) { exchangeTickets(input: $input) {
  __typename ... on Order { id state totalMinor dueMinor payment { payUrl amountMinor } tickets { id state } } ... on Refusal { message } } }`;

interface Offer {
  __typename: string;
  creditMinor: number;
  payMinor: number;
  refundMinor: number;
  quote: { id: string };
}
interface Exchanged {
  __typename: string;
  id: string;
  state: string;
  dueMinor: number;
  payment: { payUrl: string; amountMinor: number } | null;
  tickets: { id: string; state: string }[];
}

describe('tickets that are exchanged', () => {
  let application: TestApplication;
  let staff: Operator;
  let passenger: Account;
  let cheap: Sale;
  let dear: Sale;
  beforeAll(async () => {
    application = await startApplication();
    [staff, passenger] = await Promise.all([operator(application), account(application)]);
  });
  beforeEach(async () => {
    cheap = await trip(application, staff.organization.id, { priceMinor: 1000 });
    dear = await trip(application, staff.organization.id, { priceMinor: 1500 });
  });
  afterAll(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
    await application.close();
  });

  const hold = async (sale: Sale, label = '1A'): Promise<Reserved> =>
    await reserve(passenger.client, sale, [label], { to: sale.bookable.legCount });
  const offer = async (ticketId: string, { reservation }: Reserved): Promise<Offer> =>
    (
      await passenger.client.ask<{ exchangeOffer: Offer }>(OFFER, {
        input: { ticketIds: [ticketId], reservationId: reservation!.id },
      })
    ).exchangeOffer;
  const exchange = async (ticketId: string, { reservation }: Reserved, more: object = {}): Promise<Exchanged> =>
    (
      await passenger.client.ask<{ exchangeTickets: Exchanged }>(EXCHANGE, {
        input: { ticketIds: [ticketId], reservationId: reservation!.id, ...more },
      })
    ).exchangeTickets;
  const state = async (table: 'orders' | 'tickets', id: string): Promise<string> =>
    (await application.database.query<{ state: string }>(`SELECT state FROM ${table} WHERE id = $1`, [id]))[0]!.state;
  const pay = async ({ payment }: Exchanged): Promise<void> => {
    await fetch(payment!.payUrl, { method: 'POST', body: new URLSearchParams({ outcome: 'pay' }) });
  };
  const refundsFor = async (orderId: string): Promise<{ amount: number; reason: string; state: string }[]> =>
    await application.database.query(
      `SELECT r.amount_minor AS amount, r.reason, r.state FROM refunds r JOIN payments p ON p.id = r.payment_id
       WHERE r.reference = $1 OR r.reference IS NULL AND p.reference = $1 ORDER BY r.created_at`,
      [orderId],
    );

  it('for dearer ones end when the difference is paid, and not before', async () => {
    const { ticket } = await soldTicket(application, passenger, cheap);
    const held = await hold(dear);
    const offered = await offer(ticket.id, held);
    expect(offered).toMatchObject({ creditMinor: 1000, payMinor: 500, refundMinor: 0 });
    expect(await exchange(ticket.id, held, { expectedPayMinor: 400 })).toMatchObject({ __typename: 'TotalChanged' });
    const order = await exchange(ticket.id, held, { quoteId: offered.quote.id, expectedPayMinor: 500 });
    expect(order).toMatchObject({ state: 'PENDING', dueMinor: 500, payment: { amountMinor: 500 } });
    expect(await state('tickets', ticket.id)).toBe('PAID');
    await pay(order);
    await eventually(
      () => state('orders', order.id),
      (now) => now === 'PAID',
    );
    expect(await state('tickets', ticket.id)).toBe('CANCELLED');
    expect(await state('tickets', order.tickets[0]!.id)).toBe('PAID');
    expect((await seatStates(passenger.client, cheap))['1A']).toBe('FREE');
    expect((await seatStates(passenger.client, dear))['1A']).toBe('SOLD');
  });

  it('for cheaper ones end at once, and the rest comes back; the same request again is the same order', async () => {
    const { ticket, order: before } = await soldTicket(application, passenger, dear);
    const held = await hold(cheap);
    expect(await offer(ticket.id, held)).toMatchObject({ creditMinor: 1500, payMinor: 0, refundMinor: 500 });
    const order = await exchange(ticket.id, held);
    expect(order).toMatchObject({ state: 'PAID', dueMinor: 0, payment: null });
    expect(await exchange(ticket.id, held)).toMatchObject({ id: order.id, state: 'PAID' });
    expect(await state('tickets', ticket.id)).toBe('CANCELLED');
    expect(await refundsFor(before.id)).toMatchObject([{ amount: 500, reason: 'EXCHANGED' }]);
    // What was exchanged can be given back like any other: the money is that of the first payment.
    const administrator = { userId: passenger.userId, isAdmin: true, memberships: [] };
    await application.get(CancellationsService).cancel(administrator, { ticketIds: [order.tickets[0]!.id] });
    expect(await refundsFor(order.id)).toMatchObject([{ amount: 1000, reason: 'GIVEN_BACK' }]);
  });

  it('that were given back meanwhile exchange nothing: what was paid comes back', async () => {
    const { ticket } = await soldTicket(application, passenger, cheap);
    const order = await exchange(ticket.id, await hold(dear));
    await passenger.client.ask(`mutation ($id: ID!) { cancelTicket(id: $id) { __typename } }`, { id: ticket.id });
    await pay(order);
    await eventually(
      () => state('orders', order.id),
      (now) => now === 'REFUNDED',
    );
    expect(await refundsFor(order.id)).toMatchObject([{ amount: 500 }]);
    expect((await seatStates(passenger.client, dear))['1A']).toBe('FREE');
  });

  it('for two reservations at once get one of them', async () => {
    const { ticket } = await soldTicket(application, passenger, dear);
    const [first, second] = [await hold(cheap, '2A'), await hold(cheap, '2B')];
    const both = await Promise.all([exchange(ticket.id, first), exchange(ticket.id, second)]);
    const got = both.filter((one) => one.__typename === 'Order' && one.state === 'PAID');
    expect(got).toHaveLength(1);
    const seats = await seatStates(passenger.client, cheap);
    expect([seats['2A'], seats['2B']].filter((one) => one === 'SOLD')).toHaveLength(1);
  });

  it('in opposite directions at once do not get in each other’s way', async () => {
    const here = await soldTicket(application, passenger, cheap, '3A');
    const there = await soldTicket(application, passenger, cheap, '3B');
    const other = await trip(application, staff.organization.id, { priceMinor: 1000 });
    const back = await soldTicket(application, passenger, other, '3A');
    const [to, fro] = [await hold(other, '4A'), await hold(cheap, '4A')];
    const orders = await Promise.all([exchange(here.ticket.id, to), exchange(back.ticket.id, fro)]);
    expect(orders.map((one) => one.state)).toEqual(['PAID', 'PAID']);
    expect(await state('tickets', there.ticket.id)).toBe('PAID');
  });

  it('are refused to others, of others, and when they have been used', async () => {
    const { ticket } = await soldTicket(application, passenger, cheap);
    const stranger = await account(application);
    const theirs = await reserve(stranger.client, dear, ['5A'], { to: 3 });
    const asked = stranger.client.ask(OFFER, {
      input: { ticketIds: [ticket.id], reservationId: theirs.reservation!.id },
    });
    await expect(asked).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const foreign = await trip(application, staff.foreign.organization.id);
    await expect(offer(ticket.id, await hold(foreign))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await application.database.query(`UPDATE tickets SET state = 'USED' WHERE id = $1`, [ticket.id]);
    expect((await offer(ticket.id, await hold(dear, '6A'))).__typename).toBe('TicketNotValid');
    await application.database.query(`ALTER TABLE tickets DISABLE TRIGGER tickets_moves`);
    await application.database.query(`UPDATE tickets SET state = 'PAID' WHERE id = $1`, [ticket.id]);
    await application.database.query(`ALTER TABLE tickets ENABLE TRIGGER tickets_moves`);
  });
});
