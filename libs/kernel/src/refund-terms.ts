import { percentOf } from './money.js';

/** An organisation's rule: everything until `fullUntilHours` before departure, a part until `partialUntilHours`, then nothing. */
export interface RefundTerms {
  fullUntilHours: number;
  partialUntilHours: number;
  /** 0 to 100 */
  partialPercent: number;
  /** The fee goes back with the rest; otherwise it is kept, whenever somebody cancels. */
  feeRefundable: boolean;
}

/** What was paid for a ticket, in minor units; the fee is part of the total. */
export interface Paid {
  totalMinor: number;
  feeMinor: number;
}

/** What a passenger gets back for a ticket when cancelling it at `at`. @see refundDue */
export function ticketRefundDue(terms: RefundTerms, { totalMinor, feeMinor }: Paid, startsAt: Date, at: Date): number {
  return refundDue(terms, terms.feeRefundable ? totalMinor : totalMinor - feeMinor, startsAt, at);
}

/** The steps in which what goes back becomes less, the first one first; the last one has no end. */
export function refundSteps(terms: RefundTerms, startsAt: Date): { until: Date | null; percent: number }[] {
  const before = (hours: number): Date => new Date(startsAt.getTime() - hours * 3_600_000);
  return [
    { until: before(terms.fullUntilHours), percent: 100 },
    { until: before(terms.partialUntilHours), percent: terms.partialPercent },
    { until: null, percent: 0 },
  ].filter(
    ({ percent, until }, index, steps) => index === 0 || until === null || (percent > 0 && until > steps[0]!.until!),
  );
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
