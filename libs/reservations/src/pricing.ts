import { bpsOf, taxOfLines } from '#kernel';

/** A tax rate as it is at the moment of the quote; it is kept with the line. */
export interface LineTax {
  id: string;
  name: string;
  rateBps: number;
  /** UNTDID 5305: S, Z, E. */
  category: string;
}

export interface PlaceToPrice {
  priceMinor: number;
  /** null: nothing is taxed here. */
  tax: LineTax | null;
}

/** What the organization takes and how it writes its prices. */
export interface PricingRules {
  taxIncluded: boolean;
  /** For each place. */
  feeMinor: number;
  /** Of the price after discounts, basis points. */
  feeBps: number;
}

/** All in minor units. Total = price − discount + fee, and the tax on top where prices are without it. */
export interface LinePrice {
  priceMinor: number;
  discountMinor: number;
  feeMinor: number;
  taxMinor: number;
  totalMinor: number;
}

/**
 * The price of each place of an order. Tax is computed on the sum of each rate and split among its lines; what costs
 * nothing after its discount has no fee.
 * @param discounts for each place, 0 to its price
 */
export function priceLines(
  places: readonly PlaceToPrice[],
  discounts: readonly number[],
  rules: PricingRules,
): LinePrice[] {
  const bases = places.map(({ priceMinor }, index) => {
    const discountMinor = discounts[index] ?? 0;
    const reducedMinor = priceMinor - discountMinor;
    const feeMinor = reducedMinor === 0 ? 0 : rules.feeMinor + bpsOf(reducedMinor, rules.feeBps);
    return { priceMinor, discountMinor, feeMinor, baseMinor: reducedMinor + feeMinor };
  });
  const taxes = taxOfLines(
    bases.map(({ baseMinor }, index) => {
      const { tax } = places[index]!;
      return { amountMinor: baseMinor, rate: tax?.id ?? 'none', rateBps: tax?.rateBps ?? 0 };
    }),
    rules.taxIncluded,
  );
  return bases.map(({ baseMinor, ...line }, index) => ({
    ...line,
    taxMinor: taxes[index]!,
    totalMinor: baseMinor + (rules.taxIncluded ? 0 : taxes[index]!),
  }));
}
