import { LAYOUTS } from '../../libs/catalogue/src/seat-layouts.js';
import { isFreeFor, looseness } from '../../libs/reservations/src/best-available/seat-rules.js';
import { type PlannedSeat, bestAvailable, seatPlan } from '../../libs/reservations/src/best-available.js';
import type { Request } from './best-available-demand.js';

/** Who buys: single persons; parties that part when they must; parties that then do not buy. */
export type Buyers = 'singles' | 'parties' | 'parties, only together';

/** Chooses ordinals for a request, none when it finds too few. `legs` is by ordinal, `number` gives chance. */
export type Rule = (legs: readonly string[], request: Request, number: () => number) => number[];

export const coach: PlannedSeat[] = LAYOUTS['coach-49']!().seats.map((seat, ordinal) => ({ ...seat, ordinal }));
const plan = seatPlan(coach, 'vehicle');

/** Puts the ways to sit in the order of preference. */
type Preference = (ways: number[][], legs: readonly string[], request: Request, number: () => number) => number[][];

const first: Preference = (ways) => ways;

const tightest: Preference = (ways, legs, request) => {
  const spare = (way: number[]): number => way.reduce((sum, seat) => sum + looseness(legs[seat]!, request), 0);
  return ways.toSorted((a, b) => spare(a) - spare(b));
};

const random: Preference = (ways, _, __, number) =>
  ways
    .map((way) => ({ way, rank: number() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ way }) => way);

/** The rule, and what it is compared with. */
export function rulesFor(buyers: Buyers): Record<string, Rule> {
  const rules = {
    'best available': best(buyers, false),
    'best available, rule 5 before 4': best(buyers, true),
  };
  if (buyers === 'singles') {
    return {
      ...rules,
      'tightest fit only': anywhere(tightest),
      'first fit': anywhere(first),
      random: anywhere(random),
    };
  }
  const apart = buyers === 'parties';
  const together = {
    ...rules,
    'tightest fit, together': inOneRow(tightest, apart),
    'first fit, together': inOneRow(first, apart),
    'random, together': inOneRow(random, apart),
  };
  return apart
    ? { ...together, 'first fit, anywhere': anywhere(first), 'random, anywhere': anywhere(random) }
    : together;
}

function best(buyers: Buyers, orphansFirst: boolean): Rule {
  const together = buyers === 'parties, only together' ? 'required' : 'preferred';
  return (legs, { from, to, count }) => {
    const answer = bestAvailable(plan, legs, { from, to }, { count, together }, orphansFirst);
    return answer.outcome === 'chosen' ? answer.groups.flat() : [];
  };
}

/** Each of a party on a seat of their own choice. */
function anywhere(preference: Preference): Rule {
  return (legs, request, number) => {
    const free = coach.filter(({ ordinal }) => isFreeFor(legs[ordinal]!, request)).map(({ ordinal }) => [ordinal]);
    const seats = preference(free, legs, request, number).flat().slice(0, request.count);
    return seats.length === request.count ? seats : [];
  };
}

/** A party in one row, side by side or across an aisle; else `apart` says whether it takes seats anywhere. */
function inOneRow(preference: Preference, apart: boolean): Rule {
  return (legs, request, number) => {
    const ways = coach
      .map(({ ordinal }) => Array.from({ length: request.count }, (_, index) => ordinal + index))
      .filter((seats) => isTogether(seats) && seats.every((seat) => isFreeFor(legs[seat]!, request)));
    const [way] = preference(ways, legs, request, number);
    return way ?? (apart ? anywhere(preference)(legs, request, number) : []);
  };
}

/** Whether seats, in the order of the map, are in one row with nothing but an aisle between them. */
export function isTogether(ordinals: readonly number[]): boolean {
  return ordinals.every(
    (ordinal, index) =>
      index === 0 ||
      (ordinal === ordinals[index - 1]! + 1 && coach[ordinal]?.rowNumber === coach[ordinal - 1]!.rowNumber),
  );
}
