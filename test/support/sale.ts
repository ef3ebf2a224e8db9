import { newId } from '#kernel';
import {
  type Bookable,
  BookablesService,
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

/** An organization of its own with one published trip of a coach: calls 0, 1, 2, 3 (three legs), one tier of 10.00. */
export async function saleOfTrip(
  application: TestApplication,
  options: { startsInHours?: number; priceMinor?: number; maxPerOrder?: number; quantity?: number } = {},
): Promise<Sale> {
  const { startsInHours = 72, priceMinor = 1000, maxPerOrder = 10, quantity } = options;
  const organization = await application
    .get(OrganizationsService)
    .create({ name: 'Test Coaches', slug: newId(), currency: 'GBP', timeZone: 'Europe/London' });
  const publishing = application.get(PublishingService);
  const stops = await Promise.all(
    ['Alpha', 'Beta', 'Gamma', 'Delta'].map((name) =>
      publishing.createStop(organization.id, { name, timeZone: 'Europe/London' }),
    ),
  );
  const route = await publishing.createRoute(organization.id, { shortName: 'T1', longName: 'Test' });
  const seatMapId = await application.get(SeatMapsService).ensureLayout(organization.id, 'coach-49');
  const start = Date.now() + startsInHours * HOUR;
  const trip = await publishing.createTrip(organization.id, {
    routeId: route.id,
    seatMapId,
    headsign: 'Delta',
    calls: stops.map(({ id }, index) => ({
      stopId: id,
      arrivesAt: new Date(start + index * HOUR),
      departsAt: new Date(start + index * HOUR),
    })),
    tiers: [{ name: 'Standard', priceMinor, maxPerOrder, quantity }],
  });
  const bookable = await application.get(BookablesService).publish(trip.id);
  const seats = await application.get(SeatMapsService).seats(seatMapId);
  return {
    organizationId: organization.id,
    bookable,
    seats,
    seat: (label) => seats.find((seat) => seat.label === label)!,
  };
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
  payment: { payUrl: string; state: string } | null;
  tickets: { id: string; state: string; qr: string | null }[];
}

const ORDER = 'id state totalMinor payment { payUrl state } tickets { id state qr }';

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
