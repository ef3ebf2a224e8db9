import { LAYOUTS } from '../../libs/catalogue/src/seat-layouts.js';
import { looseness } from '../../libs/reservations/src/best-available/seat-rules.js';
import { type PlannedSeat, bestAvailable, seatPlan } from '../../libs/reservations/src/best-available.js';
import type { Request } from './best-available-demand.js';

export type Together = 'required' | 'preferred';

/** Chooses ordinals for a request, none when it finds too few. `legs` is by ordinal, `number` gives chance. */
export type Rule = (legs: readonly string[], request: Request, number: () => number) => number[];

export const coach: PlannedSeat[] = LAYOUTS['coach-49']!().seats.map((seat, ordinal) => ({ ...seat, ordinal }));
const plan = seatPlan(coach, 'vehicle');

/**
 * The rule and what it is compared with. When a party must be together, the others choose among the ways to seat it
 * in one row, side by side or across an aisle; else among free seats, wherever they are.
 */
export function rulesFor(together: Together): Record<string, Rule> {
  const ways = together === 'required' ? waysTogether : freeSeats;
  return {
    'best available': (legs, { from, to, count }) => {
      const answer = bestAvailable(plan, legs, { from, to }, { count, together });
      return answer.outcome === 'chosen' ? answer.groups.flat() : [];
    },
    'tightest fit only': (legs, request) => {
      const spare = (way: number[]): number => way.reduce((sum, seat) => sum + looseness(legs[seat]!, request), 0);
      return firstSeats(
        ways(legs, request).toSorted((a, b) => spare(a) - spare(b)),
        request,
      );
    },
    'first fit': (legs, request) => firstSeats(ways(legs, request), request),
    random: (legs, request, number) =>
      firstSeats(
        ways(legs, request)
          .map((way) => ({ way, rank: number() }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ way }) => way),
        request,
      ),
  };
}

/** From the ways to sit, the first that are enough. */
function firstSeats(ways: number[][], { count }: Request): number[] {
  const seats = ways.flat().slice(0, count);
  return seats.length === count ? seats : [];
}

function isFree(legs: string, { from, to }: Request): boolean {
  return !/[^.]/.test(legs.slice(from, to));
}

/** Each free seat on its own. */
function freeSeats(legs: readonly string[], request: Request): number[][] {
  return coach.filter(({ ordinal }) => isFree(legs[ordinal]!, request)).map(({ ordinal }) => [ordinal]);
}

/** Each way to seat the whole party in one row without a stranger between them. */
function waysTogether(legs: readonly string[], request: Request): number[][] {
  return coach
    .map((_, first) => coach.slice(first, first + request.count))
    .filter((seats) => seats.length === request.count && seats.every((seat) => isFree(legs[seat.ordinal]!, request)))
    .map((seats) => seats.map((seat) => seat.ordinal))
    .filter(isTogether);
}

/** Whether seats, in the order of the map, are in one row with nothing but an aisle between them. */
export function isTogether(ordinals: readonly number[]): boolean {
  return ordinals.every(
    (ordinal, index) =>
      index === 0 ||
      (ordinal === ordinals[index - 1]! + 1 && coach[ordinal]!.rowNumber === coach[ordinal - 1]!.rowNumber),
  );
}
