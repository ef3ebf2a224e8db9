import { badInput } from '#platform';
import { FieldFault, currency as currencyField, isDay } from './reading/fields.js';
import type { StagingProgress } from './staging.js';

/** A file being read, or a step that follows. */
export type GtfsImportProgress = StagingProgress | { step: string };

export interface GtfsImportOptions {
  /** A folder or a zip. */
  path: string;
  /** First service day, `YYYY-MM-DD`. */
  from: string;
  /** How many service days, 1 to 400. */
  days: number;
  /** Ready-made seat layout of all vehicles, such as `coach-49`. */
  layout: string;
  /** What a place costs on routes for which the feed has no fares, in minor units; 1000 without it. */
  flatFareMinor?: number;
  /** ISO 4217, for agencies whose fares do not tell. */
  currency?: string;
  onProgress?: (progress: GtfsImportProgress) => void;
}

/** @throws BAD_USER_INPUT */
export function checkOptions({ from, days, flatFareMinor, currency }: GtfsImportOptions): void {
  if (!isDay(from)) throw badInput(`"${from.slice(0, 40)}" is not a day. Give it as YYYY-MM-DD.`, 'from');
  if (!Number.isInteger(days) || days < 1 || days > 400) throw badInput('Import 1 to 400 days at a time.', 'days');
  if (
    flatFareMinor !== undefined &&
    !(Number.isInteger(flatFareMinor) && flatFareMinor >= 0 && flatFareMinor <= 100_000_000)
  ) {
    throw badInput(
      'The flat fare is a whole number of minor units (pence, cents), from 0 to 100000000.',
      'flatFareMinor',
    );
  }
  try {
    if (currency !== undefined) currencyField(currency);
  } catch (error) {
    if (error instanceof FieldFault) throw badInput(`"${currency!.slice(0, 40)}" ${error.message}.`, 'currency');
    throw error;
  }
}
