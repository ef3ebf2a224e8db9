import { newId } from '#kernel';
import {
  type Bookable,
  BookablesService,
  type Organization,
  OrganizationsService,
  PublishingService,
  Seat,
  SeatMapsService,
} from '#catalogue';
import type { Client } from '../../apps/cli/src/journey/client.js';
import type { TestApplication } from './application.js';

export interface Sale {
  organizationId: string;
  bookable: Bookable;
  seats: Seat[];
  /** By its label. */
  seat(label: string): Seat;
}

const HOUR = 3_600_000;

export interface TripOptions {
  /** Names of the stops, an hour apart. */
  stops?: string[];
  startsInHours?: number;
  priceMinor?: number;
  maxPerOrder?: number;
  quantity?: number;
  /** Leaves it a draft. */
  draft?: boolean;
}

export async function organization(application: TestApplication): Promise<Organization> {
  return await application
    .get(OrganizationsService)
    .create({ name: 'Test Coaches', slug: newId(), currency: 'GBP', timeZone: 'Europe/London' });
}

/** A trip of a 49-seat coach of the organization, with one tier of 10.00 if nothing else is said. */
export async function tripOf(
  application: TestApplication,
  organizationId: string,
  options: TripOptions = {},
): Promise<Sale> {
  const { startsInHours = 72, priceMinor = 1000, maxPerOrder = 10, quantity, draft = false } = options;
  const { stops: names = ['Alpha', 'Beta', 'Gamma', 'Delta'] } = options;
  const publishing = application.get(PublishingService);
  const stops = await Promise.all(
    names.map((name) => publishing.createStop(organizationId, { name, timeZone: 'Europe/London' })),
  );
  const route = await publishing.createRoute(organizationId, { shortName: 'T1', longName: 'Test' });
  const seatMapId = await application.get(SeatMapsService).ensureLayout(organizationId, 'coach-49');
  const start = Date.now() + startsInHours * HOUR;
  const at = (index: number): Date => new Date(start + index * HOUR);
  const made = await publishing.createTrip(organizationId, {
    routeId: route.id,
    seatMapId,
    headsign: names.at(-1)!,
    calls: stops.map(({ id }, index) => ({ stopId: id, arrivesAt: at(index), departsAt: at(index) })),
    tiers: [{ name: 'Standard', priceMinor, maxPerOrder, quantity }],
  });
  const bookable = draft ? made : await application.get(BookablesService).publish(made.id);
  const seats = await application.get(SeatMapsService).seats(seatMapId);
  return { organizationId, bookable, seats, seat: (label) => seats.find((seat) => seat.label === label)! };
}

/** An organization of its own with one published trip: calls 0, 1, 2, 3 (three legs). */
export async function saleOfTrip(application: TestApplication, options: TripOptions = {}): Promise<Sale> {
  return await tripOf(application, (await organization(application)).id, options);
}

export interface Reserved {
  __typename: string;
  message?: string;
  seatIds?: string[];
  sessionToken?: string;
  reservation?: { id: string; state: string; secondsLeft: number };
}

/** Asks the API for seats by their labels, on the whole trip if nothing is said. */
export async function reserve(
  client: Client,
  sale: Sale,
  labels: string[],
  extra: { from?: number; to?: number; idempotencyKey?: string } = {},
): Promise<Reserved> {
  const { reserve } = await client.ask<{ reserve: Reserved }>(
    `mutation ($input: ReserveInput!) { reserve(input: $input) { __typename
       ... on ReservationOpened { sessionToken reservation { id state secondsLeft } } ... on SeatTaken { seatIds } ... on Refusal { message } } }`,
    {
      input: {
        bookableId: sale.bookable.id,
        from: 0,
        to: 3,
        ...extra,
        seats: labels.map((label) => ({ seatId: sale.seat(label).id })),
      },
    },
  );
  return reserve;
}

export interface Bought {
  id: string;
  state: string;
  totalMinor: number;
  payment: { payUrl: string; state: string; amountMinor: number } | null;
  tickets: { id: string; state: string; qr: string | null }[];
}

const ORDER = 'id state totalMinor payment { payUrl state amountMinor } tickets { id state qr }';

/** Checks a reservation out, as a passenger without login. */
export async function checkOut(
  client: Client,
  { reservation, sessionToken }: Reserved,
): Promise<Bought & { __typename: string }> {
  const { checkOut } = await client.ask<{ checkOut: Bought & { __typename: string } }>(
    `mutation ($input: CheckOutInput!) { checkOut(input: $input) { __typename ... on Order { ${ORDER} } } }`,
    {
      input: {
        reservationId: reservation!.id,
        sessionToken,
        contact: { name: 'Somebody', email: 'somebody@holdfast.test' },
      },
    },
  );
  return checkOut;
}

export async function readOrder(client: Client, id: string, { sessionToken }: Reserved): Promise<Bought> {
  return (
    await client.ask<{ order: Bought }>(
      `query ($id: ID!, $token: String) { order(id: $id, sessionToken: $token) { ${ORDER} } }`,
      { id, token: sessionToken },
    )
  ).order;
}

/** The state of each seat by label, as anybody sees it. */
export async function seatStates(client: Client, sale: Sale, from = 0, to = 3): Promise<Record<string, string>> {
  const { bookable } = await client.ask<{ bookable: { seats: { state: string; seat: { label: string } }[] } }>(
    `query ($id: ID!, $from: Int, $to: Int) { bookable(id: $id) { seats(from: $from, to: $to) { state seat { label } } } }`,
    { id: sale.bookable.id, from, to },
  );
  return Object.fromEntries(bookable.seats.map(({ state, seat }) => [seat.label, state]));
}
