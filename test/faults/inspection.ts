import { NoAnswer } from './asker.js';
import type { Bookings } from './bookings.js';
import type { HotTrips } from './hot-trips.js';

/**
 * Wants every seat on every leg, when nobody else asks any more: what nobody has must be had. Refusals go into the
 * journal, which knows who had what.
 */
export async function inspect({ trips, seatIds, legs }: HotTrips, bookings: Bookings): Promise<void> {
  const rides = trips.flatMap((trip) => Array.from({ length: legs }, (_, from) => ({ trip, from, to: from + 1 })));
  for (const ride of rides)
    await Promise.all(
      seatIds.map(async (seatId) => {
        try {
          await bookings.reserve(ride, [seatId]);
        } catch (error) {
          // It is in the journal.
          if (!(error instanceof NoAnswer)) throw error;
        }
      }),
    );
}
