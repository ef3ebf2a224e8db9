import { percentOf } from './money.js';

/** An organisation's rule: everything until `fullUntilHours` before departure, a part until `partialUntilHours`, then nothing. */
export interface RefundTerms {
  fullUntilHours: number;
  partialUntilHours: number;
  /** 0 to 100 */
  partialPercent: number;
}

/**
 * What a passenger gets back of `paidMinor` when cancelling at `at`, in minor units: a pure function of the terms and
 * the time, never more than was paid and never rising as the departure nears.
 */
export function refundDue(terms: RefundTerms, paidMinor: number, startsAt: Date, at: Date): number {
  const hoursLeft = (startsAt.getTime() - at.getTime()) / 3_600_000;
  if (hoursLeft >= terms.fullUntilHours) return paidMinor;
  if (hoursLeft >= terms.partialUntilHours) return percentOf(paidMinor, terms.partialPercent);
  return 0;
}
