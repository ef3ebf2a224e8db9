import type { Client } from './client.js';
import { type Offer, searchTrips, upcomingTrips } from './passenger.js';
import { JourneyFailure } from './steps.js';

export interface Wishes {
  origin?: string;
  destination?: string;
  /** YYYY-MM-DD */
  date?: string;
}

/** The local day at the stop. */
function localDay(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date(instant));
}

function daysFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** The trip of the journey: what was wished, or one with several stops on the next served day. */
export async function chooseTrip(
  client: Client,
  wishes: Wishes,
): Promise<{ offer: Offer; origin: string; destination: string; date: string }> {
  if (wishes.origin && wishes.destination) return await byNames(client, wishes.origin, wishes.destination, wishes.date);
  const trips = await upcomingTrips(client);
  for (const { timeZone, calls } of trips) {
    const from = calls.findIndex(({ pickUp, departsAt }) => pickUp && Date.parse(departsAt) > Date.now());
    const to = calls.findLastIndex(({ dropOff }) => dropOff);
    const [origin, destination] = [calls[from], calls[to]];
    if (!origin || !destination || to - from < 2) continue;
    const date = localDay(origin.departsAt, timeZone);
    if (wishes.date && wishes.date !== date) continue;
    const sellable = (await searchTrips(client, origin.stop.id, destination.stop.id, date)).find(isSellable);
    if (sellable) return { offer: sellable, origin: origin.name, destination: destination.name, date };
  }
  throw new JourneyFailure('no upcoming trip has several stops and a price');
}

async function byNames(client: Client, origin: string, destination: string, wished: string | undefined) {
  const dates = wished ? [wished] : Array.from({ length: 30 }, (_, days) => daysFromNow(days));
  for (const date of dates) {
    const offer = (await searchTrips(client, origin, destination, date)).find(isSellable);
    if (offer) return { offer, origin, destination, date };
  }
  throw new JourneyFailure(`no trip from ${origin} to ${destination} on ${wished ?? 'the next 30 days'} can be bought`);
}

/** Far enough ahead that the journey is over before it departs, and with room for it. */
function isSellable({ from, prices, availability }: Offer): boolean {
  return Date.parse(from.departsAt) > Date.now() + 5 * 60_000 && prices.length > 0 && availability.available >= 4;
}
