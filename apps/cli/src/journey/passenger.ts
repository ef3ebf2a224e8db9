import type { Client } from './client.js';

/** What the journey asks the API, in GraphQL. */

interface Call {
  position: number;
  name: string;
  departsAt: string;
  pickUp: boolean;
  dropOff: boolean;
}

export interface Offer {
  trip: { id: string; title: string; serviceDate: string; organization: { id: string } };
  from: Call;
  to: Call;
  prices: { priceMinor: number }[];
  availability: { available: number };
}

export interface SeatOnMap {
  state: 'FREE' | 'HELD' | 'SOLD';
  seat: { id: string; label: string; rowNumber: number; columnNumber: number };
}

export interface Ticket {
  id: string;
  number: string;
  state: string;
  seatLabel: string;
  fromName: string;
  toName: string;
  startsAt: string;
  qr: string | null;
}

export interface Order {
  id: string;
  number: string;
  state: string;
  totalMinor: number;
  currency: string;
  lineItems: { description: string; totalMinor: number }[];
  payment: { payUrl: string };
  tickets: Ticket[];
}

export type Outcome<T> = { __typename: string; message?: string } & Partial<T>;

const CALL = 'position name departsAt pickUp dropOff';
const TICKET = 'id number state seatLabel fromName toName startsAt qr';
/** Fields of an order. */
export const ORDER = `id number state totalMinor currency lineItems { description totalMinor } payment { payUrl } tickets { ${TICKET} }`;

export async function searchTrips(client: Client, origin: string, destination: string, date: string): Promise<Offer[]> {
  const { searchTrips } = await client.ask<{ searchTrips: { nodes: Offer[] } }>(
    `query ($origin: String!, $destination: String!, $date: String!) {
       searchTrips(origin: $origin, destination: $destination, date: $date, first: 100) { nodes {
         trip { id title serviceDate organization { id } } from { ${CALL} } to { ${CALL} } prices { priceMinor } availability { available } } } }`,
    { origin, destination, date },
  );
  return searchTrips.nodes;
}

export interface UpcomingTrip {
  id: string;
  timeZone: string;
  calls: (Call & { stop: { id: string } })[];
}

export async function upcomingTrips(client: Client): Promise<UpcomingTrip[]> {
  const { trips } = await client.ask<{ trips: { nodes: UpcomingTrip[] } }>(
    `{ trips(first: 50) { nodes { id timeZone calls { ${CALL} stop { id } } } } }`,
  );
  return trips.nodes;
}

export async function seats(client: Client, offer: Offer): Promise<SeatOnMap[]> {
  const { bookable } = await client.ask<{ bookable: { seats: SeatOnMap[] } }>(
    `query ($id: ID!, $from: Int, $to: Int) { bookable(id: $id) { seats(from: $from, to: $to) { state seat { id label rowNumber columnNumber } } } }`,
    { id: offer.trip.id, from: offer.from.position, to: offer.to.position },
  );
  return bookable.seats;
}

export async function reserve(
  client: Client,
  offer: Offer,
  seatIds: string[],
): Promise<Outcome<{ reservation: { id: string; secondsLeft: number } }>> {
  const { reserve } = await client.ask<{ reserve: Outcome<{ reservation: { id: string; secondsLeft: number } }> }>(
    `mutation ($input: ReserveInput!) { reserve(input: $input) {
       __typename ... on ReservationOpened { reservation { id secondsLeft } } ... on Refusal { message } } }`,
    {
      input: {
        bookableId: offer.trip.id,
        from: offer.from.position,
        to: offer.to.position,
        seats: seatIds.map((seatId) => ({ seatId })),
      },
    },
  );
  return reserve;
}

export async function cancelReservation(client: Client, id: string): Promise<void> {
  await client.ask(`mutation ($id: ID!) { cancelReservation(id: $id) { __typename } }`, { id });
}

export async function checkOut(
  client: Client,
  input: { reservationId: string; expectedTotalMinor?: number; quoteId?: string },
): Promise<Outcome<Order>> {
  const { checkOut } = await client.ask<{ checkOut: Outcome<Order> }>(
    `mutation ($input: CheckOutInput!) { checkOut(input: $input) { __typename ... on Order { ${ORDER} } ... on Refusal { message } } }`,
    { input },
  );
  return checkOut;
}

export async function order(client: Client, id: string): Promise<Order> {
  return (await client.ask<{ order: Order }>(`query ($id: ID!) { order(id: $id) { ${ORDER} } }`, { id })).order;
}

export async function ticket(client: Client, id: string): Promise<Ticket> {
  return (await client.ask<{ ticket: Ticket }>(`query ($id: ID!) { ticket(id: $id) { ${TICKET} } }`, { id })).ticket;
}

/** `undefined` while the PDF is being made. */
export async function downloadUrl(client: Client, ticketId: string): Promise<string | undefined> {
  const { downloadTicket } = await client.ask<{ downloadTicket: Outcome<{ url: string }> }>(
    `mutation ($id: ID!) { downloadTicket(id: $id) { __typename ... on DownloadLink { url } ... on Refusal { message } } }`,
    { id: ticketId },
  );
  if (downloadTicket.__typename === 'DocumentNotReady') return undefined;
  if (!downloadTicket.url) throw new Error(downloadTicket.message);
  return downloadTicket.url;
}

export async function cancelTicket(client: Client, id: string): Promise<Outcome<Ticket>> {
  const { cancelTicket } = await client.ask<{ cancelTicket: Outcome<Ticket> }>(
    `mutation ($id: ID!) { cancelTicket(id: $id) { __typename ... on Ticket { ${TICKET} } ... on Refusal { message } } }`,
    { id },
  );
  return cancelTicket;
}

export async function scan(
  client: Client,
  code: string,
  offer: Offer,
): Promise<Outcome<{ ticket: { state: string } }>> {
  const { scan } = await client.ask<{ scan: Outcome<{ ticket: { state: string } }> }>(
    `mutation ($input: ScanInput!) { scan(input: $input) { __typename ... on CheckIn { ticket { state } } ... on Refusal { message } } }`,
    { input: { code, bookableId: offer.trip.id, position: offer.from.position, gate: 'front door' } },
  );
  return scan;
}
