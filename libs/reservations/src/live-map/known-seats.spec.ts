import fc from 'fast-check';
import type { InventoryChange, SeatLegs } from '../inventory/inventory-changes.js';
import { KnownSeats } from './known-seats.js';

const SEATS = 4;
const ALL_FREE = Array.from({ length: SEATS }, () => '.');

const change = (since: number, sequence: number, seats: SeatLegs[]): InventoryChange => ({
  bookableId: '',
  since,
  sequence,
  seats,
});
const apply = (legs: string[], seats: SeatLegs[]): string[] =>
  legs.map((each, ordinal) => seats.findLast((seat) => seat.ordinal === ordinal)?.legs ?? each);

describe('the seats that a process knows', () => {
  it('are right at every number, whatever comes in which order, twice or never', () => {
    const seat = fc.record({ ordinal: fc.nat(SEATS - 1), legs: fc.constantFrom('.', 'h', 's') });
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(seat, { maxLength: 2, selector: ({ ordinal }) => ordinal }), { maxLength: 30 }),
        fc.infiniteStream(fc.nat(29)),
        fc.nat(5),
        (writes, order, read) => {
          const truth = [ALL_FREE];
          for (const seats of writes) truth.push(apply(truth.at(-1)!, seats));
          const base = Math.min(read, writes.length);
          const known = new KnownSeats();
          // Some come before the snapshot is read.
          for (let times = 0; times < 60; times += 1) {
            if (times === 10) known.reset({ sequence: base, legs: truth[base]! });
            const next = order.next().value;
            if (next < writes.length) known.apply(change(next, next + 1, writes[next]!));
            if (times < 10) expect(known.sequence).toBe(-1);
            else
              expect(
                truth.slice(base, known.sequence + 1).map((then, age) => apply(then, known.after(base + age).seats)),
              ).toEqual(truth.slice(base, known.sequence + 1).map(() => truth[known.sequence]));
          }
          // What the database says when something is missing.
          const since = known.sequence;
          const touched = new Set(writes.slice(since).flatMap((seats) => seats.map(({ ordinal }) => ordinal)));
          const newest = truth.at(-1)!;
          known.apply(
            change(
              since,
              writes.length,
              [...touched].map((ordinal) => ({ ordinal, legs: newest[ordinal]! })),
            ),
          );
          expect([known.sequence, known.isMissingSome]).toEqual([writes.length, false]);
          expect(apply(truth[base]!, known.after(base).seats)).toEqual(newest);
        },
      ),
    );
  });

  it('says that something is missing, and that a change is about other seats', () => {
    const known = new KnownSeats();
    known.reset({ sequence: 5, legs: ALL_FREE });
    expect(known.apply(change(6, 7, [{ ordinal: 0, legs: 'h' }]))).toBe(false);
    expect([known.sequence, known.isMissingSome]).toEqual([5, true]);
    expect(known.apply(change(4, 6, [{ ordinal: 1, legs: 's' }]))).toBe(true);
    expect([known.sequence, known.isMissingSome]).toEqual([7, false]);
    expect(known.after(5).seats).toEqual([
      { ordinal: 0, legs: 'h' },
      { ordinal: 1, legs: 's' },
    ]);
    expect(known.fits(change(7, 8, [{ ordinal: 3, legs: '.' }]))).toBe(true);
    expect(known.fits(change(7, 8, [{ ordinal: 4, legs: '.' }]))).toBe(false);
    expect(known.fits(change(7, 8, [{ ordinal: 3, legs: '..' }]))).toBe(false);
  });
});
