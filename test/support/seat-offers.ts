import { ReleasesService } from '#reservations';
import type { Client } from '../../apps/cli/src/journey/client.js';
import type { TestApplication } from './application.js';
import type { MovedClock } from './clock.js';
import { type Bought, type Reserved, type Sale, checkOut, reserve } from './sale.js';
import { Till } from './till.js';

/** An order as its passenger sees it, with the seats that it is offered. */
export interface OfferedOrder {
  id: string;
  state: string;
  totalMinor: number;
  lineItems: { description: string; totalMinor: number }[];
  tickets: { seatLabel: string; state: string; qr: string | null }[];
  seatOffer: {
    until: string;
    secondsLeft: number;
    moves: { lineItemId: string; from: { label: string }; to: { label: string; accessible: boolean } }[];
  } | null;
}

const ORDER = `id state totalMinor lineItems { description totalMinor } tickets { seatLabel state qr }
  seatOffer { until secondsLeft moves { lineItemId from { label } to { label accessible } } }`;

export type Answered = OfferedOrder & { __typename: string; message?: string };

/** Somebody who checked out, and may have been too late. */
export interface Late {
  order: Bought;
  mine: Reserved;
}

export async function orderOf(client: Client, { order, mine }: Late): Promise<OfferedOrder> {
  return (
    await client.ask<{ order: OfferedOrder }>(
      `query ($id: ID!, $token: String) { order(id: $id, sessionToken: $token) { ${ORDER} } }`,
      { id: order.id, token: mine.sessionToken },
    )
  ).order;
}

/** Answers the offer, with the session token if nothing else is said. */
export async function answer(
  client: Client,
  what: 'acceptSeats' | 'declineSeats',
  { order, mine }: Late,
  more: { sessionToken?: string; idempotencyKey?: string } = {},
): Promise<Answered> {
  const answered = await client.ask<Record<string, Answered>>(
    `mutation ($input: SeatOfferInput!) { ${what}(input: $input) { __typename ... on Order { ${ORDER} } ... on Refusal { message } } }`,
    { input: { orderId: order.id, sessionToken: mine.sessionToken, ...more } },
  );
  return answered[what]!;
}

/** Checks seats out, lets the time to pay pass, and lets rivals take some of them. */
export async function tooLate(
  application: TestApplication,
  clock: Pick<MovedClock, 'advance'>,
  sale: Sale,
  labels: string[],
  lost: string[],
  legs: { from?: number; to?: number } = {},
): Promise<Late> {
  const mine = await reserve(application.client, sale, labels, legs);
  const order = await checkOut(application.client, mine);
  clock.advance(20);
  await application.get(ReleasesService).expireAll();
  if (lost.length > 0) await taken(application, sale, lost, legs);
  return { order, mine };
}

/** Somebody else has these seats, for good. */
export async function taken(
  application: TestApplication,
  sale: Sale,
  labels: string[],
  legs: { from?: number; to?: number } = {},
): Promise<void> {
  const rival = await reserve(application.client, sale, labels, legs);
  const order = await checkOut(application.client, rival);
  await new Till(application).pay(order.id);
}
