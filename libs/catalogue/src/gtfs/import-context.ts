import type { Database } from '#platform';
import type { DayRange } from './service-days.js';

/** What the steps of one import share. */
export interface ImportContext {
  /** With the import's transaction open. */
  database: Database;
  window: DayRange;
  now: Date;
  /** A sentence for the person who imports. */
  warn: (text: string) => void;
}
