/**
 * The legs that a journey covers: from the call at position `from` up to the call at position `to`.
 * Leg `i` lies between call `i` and call `i + 1`, so the range is half open: [from, to).
 * An event has the one leg [0, 1).
 */
export interface LegRange {
  from: number;
  to: number;
}

/** @throws RangeError when the range is empty, backwards or not made of whole numbers from 0. */
export function legRange(from: number, to: number): LegRange {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to <= from) {
    throw new RangeError(`legs [${from}, ${to}) are not a journey`);
  }
  return { from, to };
}

export function legsOverlap(a: LegRange, b: LegRange): boolean {
  return a.from < b.to && b.from < a.to;
}
