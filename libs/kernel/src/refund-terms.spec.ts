import fc from 'fast-check';
import { refundDue } from './refund-terms.js';

const HOUR = 3_600_000;
const startsAt = new Date('2026-12-01T12:00:00Z');
const hoursBefore = (hours: number): Date => new Date(startsAt.getTime() - hours * HOUR);
const terms = { fullUntilHours: 24, partialUntilHours: 2, partialPercent: 50 };

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
