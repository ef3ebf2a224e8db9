import type { DayRange } from './service-days.js';

/** What an import did. Days are `YYYY-MM-DD`, both ends included. */
export interface GtfsImportSummary extends Imported {
  /** The days that were asked for. */
  window: DayRange;
  /** What the feed's calendar spans; null when it has no day at all. */
  calendar: DayRange | null;
  /** No trip of the feed runs in the window: nothing was changed, and all counts are 0. */
  nothingInWindow: boolean;
  /** Records of the feed that were read. */
  rows: number;
  /** For people, a sentence each. */
  warnings: string[];
}

export interface Imported {
  /** Of the feed, now in the database. */
  organizations: number;
  stops: number;
  routes: number;
  fares: number;
  /** Of all trips in the window. */
  calls: number;
  trips: TripCounts;
}

interface TripCounts {
  inserted: number;
  updated: number;
  unchanged: number;
  /** Sold, and not as the feed has them: left alone. */
  kept: number;
  /** No longer in the feed: cancelled. */
  withdrawn: number;
}

export const NOTHING: Imported = {
  organizations: 0,
  stops: 0,
  routes: 0,
  fares: 0,
  calls: 0,
  trips: { inserted: 0, updated: 0, unchanged: 0, kept: 0, withdrawn: 0 },
};

/** `1 trip`, `3 trips`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
