import { randomBytes } from 'node:crypto';
import type { Client } from './client.js';
import {
  ORDER,
  type Offer,
  type Order,
  type Outcome,
  checkOut,
  order as readOrder,
  reserve,
  searchTrips,
  seats,
} from './passenger.js';
import { type Check, type Steps, eventually } from './steps.js';

interface People {
  buyer: Client;
  rival: Client;
  admin: Client;
}

/** The ways of money that are not the straight one: a promo code, a payment that comes too late, a partial refund, an exchange. */
export async function moneySteps(steps: Steps, { buyer, rival, admin }: People, offer: Offer): Promise<void> {
  const check: Check = steps.check;
  const code = `JOURNEY-${randomBytes(3).toString('hex').toUpperCase()}`;

  const bought = await steps.run('buy two seats with a promo code', async () => {
    await admin.ask(
      `mutation ($id: ID!, $input: PromoInput!) { createPromo(organizationId: $id, input: $input) { __typename } }`,
      {
        id: offer.trip.organization.id,
        input: { code, name: 'Journey', kind: 'PERCENT', percentBps: 1000, mostUses: 1 },
      },
    );
    const held = await hold(buyer, offer, 2);
    const quote = await quoted(buyer, held, code);
    const offMinor = quote.discounts?.[0]?.amountMinor ?? 0;
    check(offMinor > 0, `${code} takes ${offMinor} off`, quote.message);
    const order = await place(buyer, { reservationId: held, quoteId: quote.id });
    check(order.totalMinor === quote.totalMinor, 'the order is what was quoted');
    const second = await quoted(rival, await hold(rival, offer, 1), code);
    check(second.__typename === 'PromoCodeNotValid', `the only use is taken: "${second.message}"`);
    return await pay(buyer, order);
  });

  await steps.run('a payment that comes too late', async () => {
    const held = await hold(rival, offer, 1);
    const order = await place(rival, { reservationId: held });
    const charge = order.payment.payUrl.replace('/pay/', '/charges/');
    await post(`${charge}/mode`, { webhooks: 'held' });
    await post(order.payment.payUrl, { outcome: 'pay' });
    await rival.ask(`mutation ($id: ID!) { cancelReservation(id: $id) { __typename } }`, { id: held });
    await post(charge, { action: 'release' });
    await eventually('the order being refunded', async () =>
      (await readOrder(rival, order.id)).state === 'REFUNDED' ? true : undefined,
    );
    check(true, 'goes back by itself, all of it');
  });

  const [given, kept] = bought.tickets;
  await steps.run('give one of two tickets back', async () => {
    const { refundOffer } = await buyer.ask<{ refundOffer: { amountMinor: number } }>(
      `query ($ids: [ID!]!) { refundOffer(ticketIds: $ids) { ... on RefundOffer { amountMinor } } }`,
      { ids: [given!.id] },
    );
    const { cancelTickets } = await buyer.ask<{ cancelTickets: Outcome<object> }>(
      `mutation ($input: CancelTicketsInput!) { cancelTickets(input: $input) { __typename ... on Refusal { message } } }`,
      { input: { ticketIds: [given!.id], expectedRefundMinor: refundOffer.amountMinor } },
    );
    check(
      cancelTickets.__typename === 'CancelledTickets',
      `${refundOffer.amountMinor} is offered and goes back`,
      cancelTickets.message,
    );
    if (refundOffer.amountMinor === 0) return;
    await eventually('the refund', async () =>
      (await readOrder(buyer, bought.id)).tickets.find(({ id }) => id === given!.id)?.state === 'REFUNDED'
        ? true
        : undefined,
    );
  });

  await steps.run('exchange the other one', async () => {
    const other = await anotherTrip(buyer, offer);
    const held = await hold(buyer, other, 1);
    const { exchangeTickets } = await buyer.ask<{ exchangeTickets: Outcome<Order & { dueMinor: number }> }>(
      `mutation ($input: ExchangeTicketsInput!) { exchangeTickets(input: $input) { __typename ... on Order { dueMinor ${ORDER} } ... on Refusal { message } } }`,
      { input: { ticketIds: [kept!.id], reservationId: held } },
    );
    check(exchangeTickets.__typename === 'Order', `${exchangeTickets.dueMinor} is to pay`, exchangeTickets.message);
    const order = exchangeTickets as Order;
    const done = order.state === 'PAID' ? order : await pay(buyer, order);
    const before = await readOrder(buyer, bought.id);
    check(
      before.tickets.every(({ state }) => state !== 'PAID'),
      'the old ticket is dead',
    );
    check(
      done.tickets.every(({ state }) => state === 'PAID'),
      `seat ${done.tickets[0]!.seatLabel} on ${other.trip.title}`,
    );
  });
}

async function hold(client: Client, offer: Offer, count: number): Promise<string> {
  const free = (await seats(client, offer)).filter(({ state }) => state === 'FREE').slice(-count);
  const { reservation, message } = await reserve(
    client,
    offer,
    free.map(({ seat }) => seat.id),
  );
  if (!reservation) throw new Error(message);
  return reservation.id;
}

interface Quoted {
  id: string;
  totalMinor: number;
  discounts: { amountMinor: number }[];
}

async function quoted(client: Client, reservationId: string, promoCode: string): Promise<Outcome<Quoted>> {
  const { quote } = await client.ask<{ quote: Outcome<Quoted> }>(
    `mutation ($input: QuoteInput!) { quote(input: $input) { __typename ... on Quote { id totalMinor discounts { amountMinor } } ... on Refusal { message } } }`,
    { input: { reservationId, promoCode } },
  );
  return quote;
}

async function place(client: Client, input: Parameters<typeof checkOut>[1]): Promise<Order> {
  const order = await checkOut(client, input);
  if (order.__typename !== 'Order') throw new Error(order.message);
  return order as Order;
}

async function pay(client: Client, { id, payment }: Order): Promise<Order> {
  await post(payment.payUrl, { outcome: 'pay' });
  return await eventually('the order being paid', async () => {
    const now = await readOrder(client, id);
    return now.state === 'PAID' ? now : undefined;
  });
}

/** A form of the sandbox gateway. */
async function post(url: string, form: Record<string, string>): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`);
}

/** Of the same operator and day, or the same trip once more when there is no other. */
async function anotherTrip(client: Client, offer: Offer): Promise<Offer> {
  const found = await searchTrips(client, offer.from.name, offer.to.name, offer.trip.serviceDate);
  const other = found.find(
    ({ trip, availability }) =>
      trip.id !== offer.trip.id && trip.organization.id === offer.trip.organization.id && availability.available > 0,
  );
  return other ?? offer;
}
