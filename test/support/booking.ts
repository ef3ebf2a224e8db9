import { newId } from '#kernel';
import {
  type Bookable,
  OrganizationsService,
  PublishingService,
  SeatMapsService,
  BookablesService,
  type Organization,
} from '#catalogue';
import { SeatPosition } from '../../libs/catalogue/src/seat-map.entity.js';
import type { Client } from '../../apps/cli/src/journey/client.js';
import type { TestApplication } from './application.js';
import { type Reserved, type Sale, organization } from './sale.js';

/** Places as the API wants them. */
export interface Wish {
  seats?: { seatId: string; tierId?: string }[];
  areas?: { areaId: string; count: number; tierId?: string }[];
  from?: number;
  to?: number;
  idempotencyKey?: string;
}

/** What any of the mutations below answers. */
export interface Outcome {
  __typename: string;
  message?: string;
  seatIds?: string[];
  left?: number;
  mayBeFreeAt?: string | null;
}

export interface Held extends Outcome {
  id: string;
  state: string;
  expiresAt: string;
}

const REFUSALS = `... on SeatTaken { seatIds mayBeFreeAt } ... on AreaFull { left } ... on TierSoldOut { left } ... on Refusal { message }`;
const REFUSAL = `... on Refusal { message }`;
const HELD = `... on Reservation { id state expiresAt }`;

/** Reserves any places, on the whole journey of an event or between calls of a trip. */
export async function hold(client: Client, sale: Sale, wish: Wish): Promise<Reserved & Outcome> {
  const { reserve } = await client.ask<{ reserve: Reserved & Outcome }>(
    `mutation ($input: ReserveInput!) { reserve(input: $input) { __typename
       ... on ReservationOpened { sessionToken reservation { id state secondsLeft } } ${REFUSALS} } }`,
    { input: { bookableId: sale.bookable.id, ...wish } },
  );
  return reserve;
}

/** The reservation and what lets its passenger use it. */
const mine = ({ reservation, sessionToken }: Reserved): object => ({ reservationId: reservation!.id, sessionToken });

export async function addPlaces(client: Client, reserved: Reserved, wish: Wish): Promise<Held> {
  const { addPlaces } = await client.ask<{ addPlaces: Held }>(
    `mutation ($input: AddPlacesInput!) { addPlaces(input: $input) { __typename ${HELD} ${REFUSALS} } }`,
    { input: { ...mine(reserved), ...wish } },
  );
  return addPlaces;
}

export async function removePlace(
  client: Client,
  reserved: Reserved,
  place: { seatId?: string; areaId?: string; tierId?: string; idempotencyKey?: string },
): Promise<Held> {
  const { removePlace } = await client.ask<{ removePlace: Held }>(
    `mutation ($input: RemovePlaceInput!) { removePlace(input: $input) { __typename ${HELD} ${REFUSAL} } }`,
    { input: { ...mine(reserved), ...place } },
  );
  return removePlace;
}

export async function extend(client: Client, reserved: Reserved, idempotencyKey?: string): Promise<Held> {
  const { extendReservation } = await client.ask<{ extendReservation: Held }>(
    `mutation ($input: ExtendReservationInput!) { extendReservation(input: $input) { __typename ${HELD} ${REFUSAL} } }`,
    { input: { ...mine(reserved), idempotencyKey } },
  );
  return extendReservation;
}

export async function cancel(client: Client, { reservation, sessionToken }: Reserved): Promise<Held> {
  const { cancelReservation } = await client.ask<{ cancelReservation: Held }>(
    `mutation ($id: ID!, $token: String) { cancelReservation(id: $id, sessionToken: $token) { __typename ${HELD} ${REFUSAL} } }`,
    { id: reservation!.id, token: sessionToken },
  );
  return cancelReservation;
}

/** An organization whose limits are out of the way, unless the test is about one of them. */
export async function generousOrganization(
  application: TestApplication,
  limits: Partial<Organization> = {},
): Promise<Organization> {
  return await application.get(OrganizationsService).update((await organization(application)).id, {
    mostOpenReservations: 10_000,
    mostOpenPerAddress: 10_000,
    mostPlaces: 10_000,
    ...limits,
  });
}

export interface Hall extends Sale {
  standing: { id: string; name: string; capacity: number };
  tiers: { id: string; name: string }[];
}

/** An event in a hall with seats 1A, 2A, … and a standing area; tiers by name, with their quantity if they have one. */
export async function hallOf(
  application: TestApplication,
  organizationId: string,
  { seats: seatCount = 60, capacity = 200, tiers = { Standard: undefined } as Record<string, number | undefined> } = {},
): Promise<Hall> {
  const maps = application.get(SeatMapsService);
  const { id: seatMapId } = await maps.create(organizationId, 'hall', {
    seats: seatsInAColumn(seatCount),
    areas: [{ name: 'Standing', capacity }],
  });
  const bookable = await concertIn(
    application,
    organizationId,
    seatMapId,
    Object.entries(tiers).map(([name, quantity]) => ({ name, priceMinor: 1800, maxPerOrder: 100, quantity })),
  );
  const [seats, areas] = await Promise.all([maps.seats(seatMapId), maps.areas(seatMapId)]);
  return {
    organizationId,
    bookable,
    seats,
    seat: (label) => seats.find((seat) => seat.label === label)!,
    standing: areas[0]!,
    tiers: await application.database.query(`SELECT id, name FROM tiers WHERE bookable_id = $1 ORDER BY position`, [
      bookable.id,
    ]),
  };
}

/** A column of seats, 1A and on. */
export const seatsInAColumn = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    label: `${index + 1}A`,
    rowNumber: index + 1,
    columnNumber: 1,
    position: SeatPosition.WINDOW,
    category: 'standard',
    accessible: false,
  }));

/** A published event in three days, at a venue of its own. */
export async function concertIn(
  application: TestApplication,
  organizationId: string,
  seatMapId: string,
  tiers: { name: string; priceMinor: number; maxPerOrder: number; quantity?: number }[],
): Promise<Bookable> {
  const publishing = application.get(PublishingService);
  const venue = await publishing.createVenue(organizationId, {
    name: newId(),
    address: 'A',
    timeZone: 'Europe/London',
  });
  const startsAt = new Date(Date.now() + 72 * 3_600_000);
  const draft = await publishing.createEvent(organizationId, {
    venueId: venue.id,
    seatMapId,
    title: 'Concert',
    description: '',
    category: 'Concert',
    startsAt,
    endsAt: new Date(startsAt.getTime() + 3_600_000),
    tiers,
  });
  return await application.get(BookablesService).publish(draft.id);
}
