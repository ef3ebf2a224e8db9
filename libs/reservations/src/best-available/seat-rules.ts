import type { LegRange } from '#kernel';
import type { PlannedSeat } from './seat-plan.js';

/** What a party asks for. */
export interface Wish {
  /** Seats, from 1. */
  count: number;
  /** Only seats of this category. */
  category?: string | undefined;
  /** How many of the party need an accessible place; 0 when left out. */
  accessible?: number | undefined;
  /** `preferred` when left out: a party that fits nowhere in one row gets several groups. */
  together?: 'required' | 'preferred' | undefined;
}

/** What can be wrong with seats that are free, as far as it is counted. */
export type Fault = 'accessible' | 'group' | 'aisle' | 'looseness' | 'orphan' | 'discomfort';

const FREE = '.';

/** What is beside a free seat in its block: the seats that no aisle parts. */
export enum Beside {
  FREE,
  TAKEN,
  END,
  /** A seat that the party would take. */
  PARTY,
}

/** Rule 1: free on every leg of the journey. `legs` has one letter a leg, `.` when free. */
export function isFreeFor(legs: string, journey: LegRange): boolean {
  for (let leg = journey.from; leg < journey.to; leg += 1) if (legs[leg] !== FREE) return false;
  return true;
}

/** Rule 1: of the category that was asked for, if any. */
export function isOfCategory(seat: PlannedSeat, wish: Wish): boolean {
  return wish.category === undefined || wish.category === seat.category;
}

/**
 * Rule 2: is it worse to give away an accessible place than to part the party? Yes when nobody in it needs one.
 * Otherwise who needs the place is not to be parted from the others, and they may take the places beside it.
 */
export function keepsAccessibleFirst(wish: Wish): boolean {
  return !wish.accessible;
}

/**
 * Rules 2 to 6 in their order, the worst fault first. On a trip of several legs rule 4 comes before rule 5: the other way
 * round seats of a 2+2 coach are hardly ever chosen for their fit, and up to 1 % fewer seat-legs are sold
 * (test/bench/best-available.ts). On one leg every seat fits, so there it makes no difference.
 */
export function faultOrder(keepAccessible: boolean, orphansFirst: boolean): Fault[] {
  return [
    ...(keepAccessible ? (['accessible', 'group'] as const) : (['group', 'accessible'] as const)),
    'aisle',
    ...(orphansFirst ? (['orphan', 'looseness'] as const) : (['looseness', 'orphan'] as const)),
    'discomfort',
  ];
}

/**
 * Rule 4: how much of the seat's free run of legs the journey leaves unsold, 0 for a perfect fit. A leg that is
 * left counts three, a piece that is left counts one: of two runs of one length the one with one piece is tighter.
 */
export function looseness(legs: string, journey: LegRange): number {
  let { from, to } = journey;
  while (legs[from - 1] === FREE) from -= 1;
  while (legs[to] === FREE) to += 1;
  const before = journey.from - from;
  const after = to - journey.to;
  return 3 * (before + after) + Math.sign(before) + Math.sign(after);
}

/** Rule 5: a free seat that would be alone between others, an aisle and a wall, and was not before. */
export function isOrphaned(left: Beside, right: Beside): boolean {
  return left !== Beside.FREE && right !== Beside.FREE && (left === Beside.PARTY || right === Beside.PARTY);
}
