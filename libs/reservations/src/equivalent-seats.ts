import type { LegRange } from '#kernel';
import { LARGEST_PARTY, type PlannedSeat, type SeatPlan, bestAvailable } from './best-available.js';

/**
 * Seats instead of others, each of the same category and, where it was so, accessible: by the rules for a party that
 * leaves the choice to us, for each category together.
 *
 * @param legs by ordinal, one letter a leg, `.` when free; what the passenger keeps is not free
 * @returns for the ordinal of each lost seat that of another, or `undefined` when there are not enough of them
 */
export function equivalentSeats(
  plan: SeatPlan,
  legs: readonly string[],
  journey: LegRange,
  lost: readonly PlannedSeat[],
): Map<number, number> | undefined {
  const byOrdinal = new Map(plan.seats.map((seat) => [seat.ordinal, seat]));
  const found = new Map<number, number>();
  for (const category of new Set(lost.map((seat) => seat.category))) {
    const party = fromTheFront(lost.filter((seat) => seat.category === category));
    if (party.length > LARGEST_PARTY) return undefined;
    const accessible = party.filter((seat) => seat.accessible).length;
    const choice = bestAvailable(plan, legs, journey, { count: party.length, accessible, category });
    if (choice.outcome === 'too-few') return undefined;
    const chosen = choice.groups.flat().map((ordinal) => byOrdinal.get(ordinal)!);
    for (const [from, to] of pairs(party, chosen)) found.set(from.ordinal, to.ordinal);
  }
  return found;
}

/** Who needs an accessible seat chooses first; otherwise neighbours stay neighbours as far as the seats do. */
function pairs(party: readonly PlannedSeat[], chosen: readonly PlannedSeat[]): [PlannedSeat, PlannedSeat][] {
  const left = fromTheFront(chosen);
  const give = (seat: PlannedSeat, index: number): [PlannedSeat, PlannedSeat] => [seat, left.splice(index, 1)[0]!];
  const needy = party.filter((seat) => seat.accessible);
  const others = party.filter((seat) => !seat.accessible);
  return [
    ...needy.map((seat) =>
      give(
        seat,
        left.findIndex((one) => one.accessible),
      ),
    ),
    ...others.map((seat) => give(seat, 0)),
  ];
}

function fromTheFront(seats: readonly PlannedSeat[]): PlannedSeat[] {
  return seats.toSorted((a, b) => a.rowNumber - b.rowNumber || a.columnNumber - b.columnNumber);
}
