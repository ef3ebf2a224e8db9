import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Dice } from '../model/dice.js';
import { Asker } from './asker.js';
import { Bookings } from './bookings.js';
import { Ends } from './ends.js';
import type { HotTrips } from './hot-trips.js';
import { inspect } from './inspection.js';
import type { Installation } from './installation.js';
import { Journal } from './journal.js';
import { MapWatcher } from './map-watcher.js';
import { Passenger } from './passenger.js';
import type { Kill } from './schedule.js';
import { settled } from './settled.js';
import { Strike, type Struck } from './strike.js';
import { refusedForNothing, soldTwice } from './told.js';
import { audit, lostOrInvented } from './verdict.js';

/** Losers in a rush are answered from memory for a tenth of a second, which a busy machine stretches. */
const STALE_MS = 500;

export interface RoundOptions {
  seed: number;
  kills: Kill[];
  passengers: number;
  pays: number;
  /** Load after the last kill. */
  restMs: number;
}

export interface RoundReport {
  seed: number;
  findings: string[];
  struck: Struck[];
  journal: Journal;
  /** Connections of live maps that broke, and snapshots beyond the first. */
  mapBreaks: number;
  mapSnapshots: number;
  seconds: number;
}

/**
 * Load, kills in the middle of it, and then the verdict: nothing that was acknowledged is lost, nobody was sold what
 * another has, nothing is blocked by nobody, and the live maps show what the database says.
 */
export async function round(installation: Installation, hot: HotTrips, options: RoundOptions): Promise<RoundReport> {
  const began = performance.now();
  const journal = new Journal();
  const ends = new Ends(installation.databaseUrl);
  const watchers = installation.apis.flatMap(({ url }) =>
    hot.trips.map((trip) => new MapWatcher(url, trip, hot.legs, journal)),
  );
  const load = new AbortController();
  const passengers = Promise.all(
    Array.from({ length: options.passengers }, async (_, index) => {
      const bookings = bookingsOf(installation, journal, Dice.of(options.seed, -index), index);
      await new Passenger(hot, bookings, ends, Dice.of(options.seed, index), options.pays).buy(load.signal);
    }),
  );
  try {
    const struck = await strikeAll(installation, journal, options);
    load.abort();
    await passengers;
    return {
      seed: options.seed,
      findings: await verdict(installation, hot, journal, watchers),
      struck,
      journal,
      mapBreaks: sum(watchers, ({ breaks }) => breaks),
      mapSnapshots: sum(watchers, ({ snapshots }) => snapshots) - watchers.length,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    load.abort();
    await passengers.catch(() => undefined);
    await Promise.all(watchers.map((watcher) => watcher.close()));
    await ends.close();
  }
}

/** What one passenger asks, from an address of his own. */
function bookingsOf({ apis, hopeless }: Installation, journal: Journal, dice: Dice, passenger: number): Bookings {
  const urls = apis.map(({ url }) => url);
  const from = { 'x-forwarded-for': `10.${passenger >> 8}.${passenger & 255}.1` };
  return new Bookings(new Asker(() => dice.pick(urls), journal, hopeless, from), journal);
}

async function strikeAll(
  installation: Installation,
  journal: Journal,
  { kills, restMs }: RoundOptions,
): Promise<Struck[]> {
  const strike = new Strike(installation, journal);
  const struck: Struck[] = [];
  for (const kill of kills) {
    await delay(kill.afterMs);
    if (installation.hopeless.aborted) return struck;
    struck.push(await strike.run(kill));
  }
  await delay(restMs);
  return struck;
}

async function verdict(
  installation: Installation,
  hot: HotTrips,
  journal: Journal,
  watchers: MapWatcher[],
): Promise<string[]> {
  if (installation.hopeless.aborted) return [...installation.broken, ...journal.findings];
  await inspect(hot, bookingsOf(installation, journal, new Dice(0), 0));
  return await installation.with(async (db) => [
    ...(await settled(db, hot.trips, watchers)),
    ...(await lostOrInvented(db, journal, hot.trips)),
    ...soldTwice(journal),
    ...refusedForNothing(journal, STALE_MS),
    ...(await audit(installation)),
    ...journal.findings,
  ]);
}

function sum<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
