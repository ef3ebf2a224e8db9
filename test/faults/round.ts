import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { numbersFrom } from '../bench/best-available-demand.js';
import { Asker } from './asker.js';
import { Ends } from './ends.js';
import { type HotTrips, TripMaker } from './hot-trips.js';
import type { Installation } from './installation.js';
import { Journal } from './journal.js';
import { MapWatcher } from './map-watcher.js';
import { Passenger } from './passenger.js';
import type { Kill } from './schedule.js';
import { Strike } from './strike.js';
import { settled } from './settled.js';
import { audit, lostOrInvented, refusedForNothing, soldTwice } from './verdict.js';

export interface RoundOptions {
  seed: number;
  kills: Kill[];
  passengers: number;
  /** Load after the last kill. */
  restMs: number;
}

/** What a kill did to those who were asking. */
export interface Struck {
  kill: Kill;
  /** Until requests were answered again and every process said that it is ready, from when it was back. */
  recoveredMs: number;
  /** Requests that were answered while it was away. */
  answersWhileDown: number;
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
export async function round(installation: Installation, maker: TripMaker, options: RoundOptions): Promise<RoundReport> {
  const began = performance.now();
  const hot = await installation.with((db) => maker.make(db));
  const journal = new Journal();
  const ends = new Ends(installation.databaseUrl);
  const watchers = watch(installation, hot, journal);
  const load = new AbortController();
  const passengers = crowd(installation, hot, journal, ends, load.signal, options);
  const struck: Struck[] = [];
  try {
    const strike = new Strike(installation, journal);
    for (const kill of options.kills) {
      await delay(kill.afterMs);
      if (installation.hopeless.aborted) break;
      struck.push(await strike.run(kill));
    }
    await delay(options.restMs);
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

function watch({ apis }: Installation, { trips, legs }: HotTrips, journal: Journal): MapWatcher[] {
  return apis.flatMap(({ url }) => trips.map((trip) => new MapWatcher(url, trip, legs, journal)));
}

async function crowd(
  { apis, hopeless }: Installation,
  hot: HotTrips,
  journal: Journal,
  ends: Ends,
  stop: AbortSignal,
  { passengers, seed }: RoundOptions,
): Promise<void> {
  const urls = apis.map(({ url }) => url);
  await Promise.all(
    Array.from({ length: passengers }, async (_, index) => {
      const asker = new Asker(urls, journal, hopeless, { 'x-forwarded-for': `10.${index >> 8}.${index & 255}.1` });
      await new Passenger(hot, asker, journal, ends, numbersFrom(seed + index)).buy(stop);
    }),
  );
}

async function verdict(
  installation: Installation,
  { trips }: HotTrips,
  journal: Journal,
  watchers: MapWatcher[],
): Promise<string[]> {
  if (installation.hopeless.aborted) return [...installation.broken, ...journal.findings];
  return await installation.with(async (db) => [
    ...journal.findings,
    ...(await settled(db, trips, watchers)),
    ...(await lostOrInvented(db, journal, trips)),
    ...soldTwice(journal),
    ...refusedForNothing(journal),
    ...(await audit(installation)),
  ]);
}

function sum<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
