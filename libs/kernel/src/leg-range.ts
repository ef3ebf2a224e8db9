/**
 * The legs that a journey covers: from the call at position `from` up to the call at position `to`.
 * Leg `i` lies between call `i` and call `i + 1`, so the range is half open: [from, to).
 * An event has the one leg [0, 1).
 */
export interface LegRange {
  from: number;
  to: number;
}
