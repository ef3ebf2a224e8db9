import { newId } from '#kernel';
import { type Bookable, BookablesService, PublishingService, SeatMapsService } from '#catalogue';
import type { TestApplication } from '../support/application.js';
import { generousOrganization, seatsInAColumn } from '../support/booking.js';

export const HOLD_MINUTES = 15;
export const CAP_MINUTES = 40;
export const MOST_EXTENSIONS = 2;

/** A bookable as the oracle knows it. */
export interface Market {
  bookableId: string;
  legs: number;
  /** By ordinal. */
  seats: string[];
  areas: { id: string; capacity: number }[];
  tiers: { id: string; quantity: number | null }[];
}

/** So far away that no clock of a run comes near. */
const DAYS_AHEAD = 365;

/** Two trips of five legs and an event, small enough to be fought for: seats, standing room, one tier with a quantity. */
export async function openMarkets(application: TestApplication): Promise<Market[]> {
  const { id } = await generousOrganization(application, {
    holdMinutes: HOLD_MINUTES,
    holdCapMinutes: CAP_MINUTES,
    mostExtensions: MOST_EXTENSIONS,
    // The oracle does not know which seats are as good as others.
    seatOfferMinutes: 0,
  });
  return [
    await tripMarket(application, id, 12, 6),
    await tripMarket(application, id, 8, 4),
    await eventMarket(application, id, 16, 8),
  ];
}

const tiersOf = (quantity: number): { name: string; priceMinor: number; maxPerOrder: number; quantity?: number }[] => [
  { name: 'Standard', priceMinor: 1000, maxPerOrder: 1000 },
  { name: 'Early', priceMinor: 700, maxPerOrder: 1000, quantity },
];

async function layout(application: TestApplication, organizationId: string, seats: number, capacity: number) {
  const { id } = await application.get(SeatMapsService).create(organizationId, newId(), {
    seats: seatsInAColumn(seats),
    areas: [
      { name: 'Standing', capacity },
      { name: 'Bicycles', capacity: 2 },
    ],
  });
  return id;
}

const start = (): number => Date.now() + DAYS_AHEAD * 86_400_000;

async function tripMarket(application: TestApplication, organizationId: string, seats: number, capacity: number) {
  const publishing = application.get(PublishingService);
  const stops = await Promise.all(
    ['A', 'B', 'C', 'D', 'E', 'F'].map((name) =>
      publishing.createStop(organizationId, { name, timeZone: 'Europe/London' }),
    ),
  );
  const route = await publishing.createRoute(organizationId, { shortName: 'M', longName: 'Model' });
  const at = start();
  const draft = await publishing.createTrip(organizationId, {
    routeId: route.id,
    seatMapId: await layout(application, organizationId, seats, capacity),
    headsign: 'F',
    calls: stops.map(({ id }, index) => {
      const time = new Date(at + index * 3_600_000);
      return { stopId: id, arrivesAt: time, departsAt: time };
    }),
    tiers: tiersOf(Math.ceil(seats / 3)),
  });
  return await published(application, draft);
}

async function eventMarket(application: TestApplication, organizationId: string, seats: number, capacity: number) {
  const publishing = application.get(PublishingService);
  const venue = await publishing.createVenue(organizationId, {
    name: newId(),
    address: 'A',
    timeZone: 'Europe/London',
  });
  const at = start();
  const draft = await publishing.createEvent(organizationId, {
    venueId: venue.id,
    seatMapId: await layout(application, organizationId, seats, capacity),
    title: 'Model',
    description: '',
    category: 'Concert',
    startsAt: new Date(at),
    endsAt: new Date(at + 3_600_000),
    tiers: tiersOf(Math.ceil(seats / 3)),
  });
  return await published(application, draft);
}

async function published(application: TestApplication, draft: Bookable): Promise<Market> {
  const bookable = await application.get(BookablesService).publish(draft.id);
  const maps = application.get(SeatMapsService);
  const [seats, areas] = await Promise.all([maps.seats(bookable.seatMapId), maps.areas(bookable.seatMapId)]);
  return {
    bookableId: bookable.id,
    legs: bookable.legCount,
    seats: seats.map(({ id }) => id),
    areas: areas.map(({ id, capacity }) => ({ id, capacity })),
    tiers: await application.database.query(`SELECT id, quantity FROM tiers WHERE bookable_id = $1 ORDER BY position`, [
      bookable.id,
    ]),
  };
}
