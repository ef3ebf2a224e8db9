import { allocate } from '#kernel';
import { type Promo, PromoKind } from './promo.entity.js';

/** How a promo is worked out. */
export type DiscountRule = Pick<Promo, 'kind' | 'percentBps' | 'amountMinor' | 'takePlaces' | 'payPlaces'>;

/** What a promo may still give to one order; null: as much as its rule says. */
export interface Allowance {
  places: number | null;
  budgetMinor: number | null;
}

/** A place as a promo sees it. */
export interface PlaceToDiscount {
  /** What is left of its price after the discounts before, in minor units. */
  leftMinor: number;
  isValidFor: boolean;
  /** Of a tier that the promo unlocks: it is one of the allowed places anyway. */
  isUnlocked: boolean;
}

/**
 * The discount of each place in minor units. Never more than what is left of its price, in all never more than the
 * budget; what is promised for all of them together is shared by largest remainder, the first of equals first. When not
 * all places may have it, the cheapest do.
 *
 * @example discountPerPlace({ kind: PERCENT, percentBps: 1000 }, three places of 333, …) // [34, 33, 33]
 */
export function discountPerPlace(rule: DiscountRule, places: readonly PlaceToDiscount[], most: Allowance): number[] {
  const chosen = within(most.places, places, free(rule, cheapestFirst(places))).toSorted((a, b) => a - b);
  const promised = promise(
    rule,
    chosen.map((index) => places[index]!.leftMinor),
  );
  const isTooMuch = most.budgetMinor !== null && sum(promised) > most.budgetMinor;
  const given = isTooMuch ? allocate(most.budgetMinor!, promised) : promised;
  const perPlace = places.map(() => 0);
  chosen.forEach((index, nth) => (perPlace[index] = given[nth]!));
  return perPlace;
}

/** Paying places that the promo is valid for, by index. */
function cheapestFirst(places: readonly PlaceToDiscount[]): number[] {
  return [...places.keys()]
    .filter((index) => places[index]!.isValidFor && places[index]!.leftMinor > 0)
    .toSorted((a, b) => places[a]!.leftMinor - places[b]!.leftMinor || a - b);
}

function free({ kind, takePlaces, payPlaces }: DiscountRule, cheapest: number[]): number[] {
  if (kind !== PromoKind.N_FOR_M) return cheapest;
  return cheapest.slice(0, Math.floor(cheapest.length / takePlaces!) * (takePlaces! - payPlaces!));
}

function within(most: number | null, places: readonly PlaceToDiscount[], wanted: number[]): number[] {
  if (most === null) return wanted;
  let left = most - places.filter(({ isUnlocked }) => isUnlocked).length;
  return wanted.filter((index) => places[index]!.isUnlocked || left-- > 0);
}

function promise({ kind, percentBps, amountMinor }: DiscountRule, prices: number[]): number[] {
  const total = sum(prices);
  switch (kind) {
    case PromoKind.PERCENT:
      return allocate(Math.floor((total * percentBps! + 5_000) / 10_000), prices);
    case PromoKind.FIXED:
      return allocate(Math.min(amountMinor!, total), prices);
    case PromoKind.FIXED_PER_PLACE:
      return prices.map((price) => Math.min(amountMinor!, price));
    case PromoKind.N_FOR_M:
      return prices;
  }
}

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
