import type { LegRange } from '#kernel';
import { bestGroups } from './best-available/seat-groups.js';
import type { SeatPlan } from './best-available/seat-plan.js';
import {
  type Wish,
  faultOrder,
  isFreeFor,
  isOfCategory,
  keepsAccessibleFirst,
  looseness,
} from './best-available/seat-rules.js';
import type { Party, Stock } from './best-available/seat-search.js';

export { type PlannedSeat, type SeatPlan, seatPlan } from './best-available/seat-plan.js';
export { type Wish, isFreeFor } from './best-available/seat-rules.js';

/** Beyond it the weights of the rules would no longer be exact numbers on a large map. */
export const LARGEST_PARTY = 50;

/**
 * - `chosen`: take these ordinals. One group is together in one row (perhaps across an aisle); more groups are the
 *   fewest possible and close to each other.
 * - `apart`: the party must be together, and there are seats enough but not in one row. `groups` is the best offer.
 * - `too-few`: not enough free seats of the category, or not enough accessible ones among them.
 */
export type BestAvailable =
  { outcome: 'chosen' | 'apart'; groups: number[][] } | { outcome: 'too-few'; free: number; accessible: number };

/**
 * Chooses the best seats for a party. The rules, an earlier one outweighs all that follow:
 * 1. free for the whole journey, of the category;
 * 2. who needs an accessible place gets one; nobody else gets one while anything else fits;
 * 3. all in one row side by side, else across an aisle, else in the fewest groups, close to each other;
 * 4. the seats' free legs around the journey are as few as possible, so that long journeys stay sellable;
 * 5. no seat is left alone in its block;
 * 6. in front at the window (vehicle), near and in the middle (hall). What is still equal: the front, the left.
 *
 * Pure and deterministic. It promises nothing: another may take the seats before they are held.
 *
 * @param legs by ordinal: one letter a leg, `.` when free
 * @param orphansFirst rule 5 before rule 4
 * @throws RangeError when the wish is not one: no seats, more than `LARGEST_PARTY`, more accessible ones than seats
 */
export function bestAvailable(
  plan: SeatPlan,
  legs: readonly string[],
  journey: LegRange,
  wish: Wish,
  orphansFirst = false,
): BestAvailable {
  const party = { count: wish.count, accessible: wish.accessible ?? 0 };
  refuseNonsense(party);
  const stock = stockFor(plan, legs, journey, wish);
  const usable = plan.seats.filter((_, place) => stock.usable[place] === 1);
  const usableAccessible = usable.filter((seat) => seat.accessible).length;
  if (usable.length < wish.count || usableAccessible < party.accessible) {
    return { outcome: 'too-few', free: usable.length, accessible: usableAccessible };
  }
  const groups = bestGroups(stock, party, faultOrder(keepsAccessibleFirst(wish), orphansFirst));
  if (groups.length === 1 || wish.together !== 'required') return { outcome: 'chosen', groups };
  const together = bestGroups(stock, party, faultOrder(false, orphansFirst));
  return together.length === 1 ? { outcome: 'chosen', groups: together } : { outcome: 'apart', groups };
}

function refuseNonsense({ count, accessible }: Party): void {
  const isWish = Number.isInteger(count) && count >= 1 && count <= LARGEST_PARTY;
  if (!isWish || !Number.isInteger(accessible) || accessible < 0 || accessible > count) {
    throw new RangeError(`${count} seats, ${accessible} of them accessible, are not a wish`);
  }
}

function stockFor(plan: SeatPlan, legs: readonly string[], journey: LegRange, wish: Wish): Stock {
  const size = plan.seats.length;
  const stock = { plan, free: new Uint8Array(size), usable: new Uint8Array(size), looseness: new Float64Array(size) };
  for (const [place, seat] of plan.seats.entries()) {
    const letters = legs[seat.ordinal] ?? '';
    if (!isFreeFor(letters, journey)) continue;
    stock.free[place] = 1;
    if (isOfCategory(seat, wish)) stock.usable[place] = 1;
    stock.looseness[place] = looseness(letters, journey);
  }
  return stock;
}
