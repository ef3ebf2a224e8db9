import { newId } from '#kernel';
import { BookablesService, PublishingService, SeatMapsService } from '#catalogue';
import type { Client } from '../../apps/cli/src/journey/client.js';
import type { TestApplication } from './application.js';
import { type Hall, type Wish, hold, seatsInAColumn } from './booking.js';
import type { Reserved } from './sale.js';

type Tiers = Parameters<PublishingService['createEvent']>[1]['tiers'];

/** An event in a hall with seats 1A, 2A, … and a standing area, with these tiers. */
export async function eventWith(application: TestApplication, organizationId: string, tiers: Tiers): Promise<Hall> {
  const [maps, publishing] = [application.get(SeatMapsService), application.get(PublishingService)];
  const { id: seatMapId } = await maps.create(organizationId, newId(), {
    seats: seatsInAColumn(120),
    areas: [{ name: 'Standing', capacity: 200 }],
  });
  const venue = await publishing.createVenue(organizationId, { name: 'V', address: 'A', timeZone: 'Europe/London' });
  const startsAt = new Date(Date.now() + 72 * 3_600_000);
  const { id } = await publishing.createEvent(organizationId, {
    venueId: venue.id,
    seatMapId,
    title: 'Concert',
    description: '',
    category: 'Concert',
    startsAt,
    endsAt: new Date(startsAt.getTime() + 3_600_000),
    tiers,
  });
  const bookable = await application.get(BookablesService).publish(id);
  const [seats, areas] = await Promise.all([maps.seats(seatMapId), maps.areas(seatMapId)]);
  return {
    organizationId,
    bookable,
    seats,
    seat: (label) => seats.find((seat) => seat.label === label)!,
    standing: areas[0]!,
    tiers: await application.database.query(`SELECT id, name FROM tiers WHERE bookable_id = $1 ORDER BY position`, [
      id,
    ]),
  };
}

export const tierOf = ({ tiers }: Hall, name: string): string => tiers.find((tier) => tier.name === name)!.id;

export interface TierAnswer {
  __typename: string;
  message?: string;
  id?: string;
  name?: string;
  priceMinor?: number | null;
  quantity?: number | null;
  position?: number;
  sold?: number;
  taken?: number;
}

const TIER =
  'id name position priceMinor quantity active hidden minPerOrder maxPerOrder saleEndsAt requiresApproval taxRate { id }';

export async function createTier(client: Client, { bookable }: Hall, input: object): Promise<TierAnswer> {
  const { createTier } = await client.ask<{ createTier: TierAnswer }>(
    `mutation ($bookableId: ID!, $input: CreateTierInput!) { createTier(bookableId: $bookableId, input: $input) { __typename ${TIER} } }`,
    { bookableId: bookable.id, input },
  );
  return createTier;
}

export async function updateTier(client: Client, id: string, input: object): Promise<TierAnswer> {
  const { updateTier } = await client.ask<{ updateTier: TierAnswer }>(
    `mutation ($id: ID!, $input: UpdateTierInput!) { updateTier(id: $id, input: $input) {
       __typename ... on Tier { ${TIER} } ... on TierSold { sold } ... on TierTaken { taken } ... on Refusal { message } } }`,
    { id, input },
  );
  return updateTier;
}

export async function deleteTier(client: Client, id: string): Promise<TierAnswer> {
  const { deleteTier } = await client.ask<{ deleteTier: TierAnswer }>(
    `mutation ($id: ID!) { deleteTier(id: $id) { __typename ... on TierDeleted { id } ... on TierSold { sold } ... on Refusal { message } } }`,
    { id },
  );
  return deleteTier;
}

export async function tiersOf(client: Client, { bookable }: Hall): Promise<TierAnswer[]> {
  return (
    await client.ask<{ tiers: TierAnswer[] }>(`query ($id: ID!) { tiers(bookableId: $id) { ${TIER} } }`, {
      id: bookable.id,
    })
  ).tiers;
}

/** Seats from number `from` on, `count` of them, of a tier or of none. */
export const seatsFrom = ({ seats }: Hall, from: number, count = 1, tierId?: string): Wish => ({
  seats: seats.slice(from, from + count).map(({ id }) => ({ seatId: id, tierId })),
});

/** Tier and price of each place of a reservation, such as `Early 1000`. */
export async function placesOf(client: Client, { reservation, sessionToken }: Reserved): Promise<string[]> {
  const answer = await client.ask<{
    reservation: { places: { tier: { name: string }; priceMinor: number }[] };
  }>(
    `query ($id: ID!, $token: String) { reservation(id: $id, sessionToken: $token) { places { tier { name } priceMinor } } }`,
    { id: reservation!.id, token: sessionToken },
  );
  return answer.reservation.places.map(({ tier, priceMinor }) => `${tier.name} ${priceMinor}`);
}

/** Holds, and answers with the tiers and prices, or with the name of the refusal. */
export async function tiersHeld(client: Client, hall: Hall, wish: Wish): Promise<string[]> {
  const held = await hold(client, hall, wish);
  return held.reservation ? await placesOf(client, held) : [held.__typename];
}
