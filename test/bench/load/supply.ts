/**
 * Request number n of a load in turn: which trip, and which of its slots. Sales go on in `lanes` trips at a time; in
 * each lane one trip is sold out after the other. Lanes begin at different slots, so that at any time the same share of
 * trips is being sold for the first time.
 */
export function seatOf(n: number, slots: number, lanes: number): { trip: number; slot: number } {
  const lane = n % lanes;
  const step = Math.floor(n / lanes) + Math.floor((lane * slots) / lanes);
  return { trip: lane + lanes * Math.floor(step / slots), slot: step % slots };
}

/** Trips that are sold at the same time. */
export const LANES = 256;

/** @returns how many trips it takes for requests 0 to n - 1 */
export function tripsFor(n: number, slots: number, lanes = LANES): number {
  return lanes * (Math.floor((Math.ceil(n / lanes) + slots) / slots) + 1);
}
