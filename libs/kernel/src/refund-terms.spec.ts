import fc from 'fast-check';
import { refundDue, refundSteps, ticketRefundDue } from './refund-terms.js';

const HOUR = 3_600_000;
const startsAt = new Date('2026-12-01T12:00:00Z');
const hoursBefore = (hours: number): Date => new Date(startsAt.getTime() - hours * HOUR);
const terms = { fullUntilHours: 24, partialUntilHours: 2, partialPercent: 50, feeRefundable: false };

describe('refundDue', () => {
  it.each([
    [24, 1000],
    [23.99, 500],
    [2, 500],
    [1.99, 0],
    [-5, 0],
  ])('%s hours before departure gives back %s of 1000', (hours, due) => {
    expect(refundDue(terms, 1000, startsAt, hoursBefore(hours))).toBe(due);
  });

  it('rounds half up', () => {
    expect(refundDue(terms, 999, startsAt, hoursBefore(10))).toBe(500);
  });

  it('is never more than was paid, and never rises as the departure nears', () => {
    const anyTerms = fc
      .tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 100 }))
      .map(([a, b, partialPercent]) => ({
        fullUntilHours: Math.max(a, b),
        partialUntilHours: Math.min(a, b),
        partialPercent,
        feeRefundable: false,
      }));
    fc.assert(
      fc.property(
        anyTerms,
        fc.nat(10_000_000),
        fc.integer({ min: -100, max: 1000 }),
        fc.nat(1000),
        (anyOf, paid, hours, later) => {
          const now = refundDue(anyOf, paid, startsAt, hoursBefore(hours));
          expect(now).toBeLessThanOrEqual(paid);
          expect(Number.isInteger(now) && now >= 0).toBe(true);
          expect(refundDue(anyOf, paid, startsAt, hoursBefore(hours - later))).toBeLessThanOrEqual(now);
        },
      ),
    );
  });
});

describe('what comes back of a ticket', () => {
  const paid = { totalMinor: 1050, feeMinor: 50 };

  it.each([
    [48, false, 1000],
    [48, true, 1050],
    [10, false, 500],
    [10, true, 525],
    [1, true, 0],
  ])('%s hours before, with the fee %s, is %s of 1050', (hours, feeRefundable, due) => {
    expect(ticketRefundDue({ ...terms, feeRefundable }, paid, startsAt, hoursBefore(hours))).toBe(due);
  });

  it('is told in steps', () => {
    expect(refundSteps(terms, startsAt)).toEqual([
      { until: hoursBefore(24), percent: 100 },
      { until: hoursBefore(2), percent: 50 },
      { until: null, percent: 0 },
    ]);
    const strict = [
      { until: hoursBefore(24), percent: 100 },
      { until: null, percent: 0 },
    ];
    expect(refundSteps({ ...terms, partialPercent: 0 }, startsAt)).toEqual(strict);
    expect(refundSteps({ ...terms, partialUntilHours: 24 }, startsAt)).toEqual(strict);
  });
});
