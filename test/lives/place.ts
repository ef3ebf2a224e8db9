import { newId } from '#kernel';
import { AccountsService, type Principal } from '#identity';
import { BookablesService, PublishingService, SeatMapsService } from '#catalogue';
import type { TestApplication } from '../support/application.js';
import { seatsInAColumn } from '../support/booking.js';
import { promoOf } from '../support/promos.js';
import { taxedOrganization } from '../support/till.js';

const HOUR = 3_600_000;

interface Trip {
  name: string;
  bookableId: string;
  seats: string[];
}

/** Where the lives of one world take place. */
export interface Place {
  organizationId: string;
  trips: Trip[];
  promoCode: string;
}

export interface Passenger {
  principal: Principal;
  email: string;
}

export const LEGS = 2;
export const MOST_USES = 2;

export async function passengers(application: TestApplication, count: number): Promise<Passenger[]> {
  const accounts = application.get(AccountsService);
  const all: Passenger[] = [];
  for (let index = 0; index < count; index += 1) {
    const email = `${newId()}@holdfast.test`;
    const { id } = await accounts.create({ email, password: 'a long enough password', name: 'Somebody' });
    all.push({ principal: { userId: id, isAdmin: false, memberships: [] }, email });
  }
  return all;
}

/** Two trips with few seats, one dearer than the other, and a code that is good for two orders. */
export async function openPlace(application: TestApplication, now: Date): Promise<Place> {
  const organizationId = await taxedOrganization(application, {
    holdMinutes: 15,
    holdCapMinutes: 40,
    refundFullUntilHours: 48,
    refundPartialUntilHours: 24,
    refundPartialPercent: 50,
  });
  const promoCode = 'TENTH';
  await promoOf(application, organizationId, { code: promoCode, mostUses: MOST_USES });
  const trips = [
    await openTrip(application, organizationId, 'A', now, { hours: 70, seats: 6, priceMinor: 1000 }),
    await openTrip(application, organizationId, 'B', now, { hours: 110, seats: 5, priceMinor: 1700 }),
  ];
  return { organizationId, promoCode, trips };
}

async function openTrip(
  application: TestApplication,
  organizationId: string,
  name: string,
  now: Date,
  { hours, seats, priceMinor }: { hours: number; seats: number; priceMinor: number },
): Promise<Trip> {
  const publishing = application.get(PublishingService);
  const maps = application.get(SeatMapsService);
  const stops = [];
  for (const stop of ['X', 'Y', 'Z'])
    stops.push(await publishing.createStop(organizationId, { name: stop, timeZone: 'Europe/London' }));
  const route = await publishing.createRoute(organizationId, { shortName: name, longName: name });
  const map = await maps.create(organizationId, newId(), { seats: seatsInAColumn(seats), areas: [] });
  const draft = await publishing.createTrip(organizationId, {
    routeId: route.id,
    seatMapId: map.id,
    headsign: 'Z',
    calls: stops.map(({ id }, index) => {
      const at = new Date(now.getTime() + (hours + index) * HOUR);
      return { stopId: id, arrivesAt: at, departsAt: at };
    }),
    tiers: [{ name: 'Standard', priceMinor, maxPerOrder: 10, quantity: LEGS * seats }],
  });
  const { id: bookableId, seatMapId } = await application.get(BookablesService).publish(draft.id);
  return { name, bookableId, seats: (await maps.seats(seatMapId)).map(({ id }) => id) };
}
