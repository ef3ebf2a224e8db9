import { allocate, taxOn } from '#kernel';

/** What a line of an order was sold for, in minor units. Total = price − discount + fee, and the tax where it is not included. */
export interface SoldLine {
  priceMinor: number;
  discountMinor: number;
  feeMinor: number;
  taxMinor: number;
  totalMinor: number;
  taxIncluded: boolean;
  /** null: it is not taxed. */
  tax: { rateBps: number } | null;
}

/** Revenue without its tax, and the tax on each part. */
export interface Parts {
  /** After the discount. */
  salesMinor: number;
  salesTaxMinor: number;
  feesMinor: number;
  feesTaxMinor: number;
  /** What the discount took off, without the tax that would have been on it: no part of what was paid. */
  discountsMinor: number;
}

const NOTHING: Parts = { salesMinor: 0, salesTaxMinor: 0, feesMinor: 0, feesTaxMinor: 0, discountsMinor: 0 };

/** What a line brings: its price after discount and its fee, each without tax, and the line's tax split between them. */
export function partsOf({ priceMinor, discountMinor, feeMinor, taxMinor, taxIncluded, tax }: SoldLine): Parts {
  const reducedMinor = priceMinor - discountMinor;
  const [salesTaxMinor, feesTaxMinor] = allocate(taxMinor, [reducedMinor, feeMinor]) as [number, number];
  return {
    salesMinor: reducedMinor - (taxIncluded ? salesTaxMinor : 0),
    salesTaxMinor,
    feesMinor: feeMinor - (taxIncluded ? feesTaxMinor : 0),
    feesTaxMinor,
    discountsMinor: discountMinor - (taxIncluded ? taxOn(discountMinor, tax?.rateBps ?? 0, true) : 0),
  };
}

/** What is taken back of a line that cost nothing after its discount, for which no money can go back: that discount. */
export function giftOf(line: SoldLine): Parts {
  return line.priceMinor === line.discountMinor
    ? { ...NOTHING, discountsMinor: partsOf(line).discountsMinor }
    : NOTHING;
}

/**
 * What is taken back of a line when `amountMinor` of what was paid for it goes back after `beforeMinor` did: the price
 * with its tax first, the fee last; of the discount as much as of the price. Tax and discount are rounded on the sum of
 * what has gone back so far, so that the parts of a line add up to the whole of it, in however many steps it goes back.
 * @throws RangeError for more than the line was sold for
 */
export function reversalOf(line: SoldLine, beforeMinor: number, amountMinor: number): Parts {
  const [before, after] = [backOf(line, beforeMinor), backOf(line, beforeMinor + amountMinor)];
  return plus(after, before, -1);
}

/**
 * The same for several lines: what goes back is taken from the first of them until nothing of it is left, and so on.
 * @returns for each line
 */
export function reversalsOf(lines: readonly SoldLine[], beforeMinor: number, amountMinor: number): Parts[] {
  let [skipped, missing] = [beforeMinor, amountMinor];
  const reversals = lines.map((line) => {
    const before = Math.min(skipped, line.totalMinor);
    const amount = Math.min(missing, line.totalMinor - before);
    skipped -= before;
    missing -= amount;
    return amount === 0 ? NOTHING : reversalOf(line, before, amount);
  });
  if (skipped > 0 || missing > 0)
    throw new RangeError(`${beforeMinor} and ${amountMinor} are more than was sold, by ${skipped + missing}`);
  return reversals;
}

/** What is taken back of a line in all when so much of it has gone back. */
function backOf(line: SoldLine, amountMinor: number): Parts {
  if (amountMinor < 0 || amountMinor > line.totalMinor)
    throw new RangeError(`${amountMinor} of ${line.totalMinor} cannot go back`);
  const { salesMinor, salesTaxMinor, feesMinor, feesTaxMinor, discountsMinor } = partsOf(line);
  const priceMinor = Math.min(amountMinor, salesMinor + salesTaxMinor);
  const feeMinor = amountMinor - priceMinor;
  const [sales, salesTax] = split(priceMinor, salesMinor, salesTaxMinor);
  const [fees, feesTax] = split(feeMinor, feesMinor, feesTaxMinor);
  const discounts = shareOf(discountsMinor, priceMinor, salesMinor + salesTaxMinor);
  return {
    salesMinor: sales,
    salesTaxMinor: salesTax,
    feesMinor: fees,
    feesTaxMinor: feesTax,
    discountsMinor: discounts,
  };
}

/** Neither part becomes less when the amount grows: the tax is rounded, the rest is the rest. */
function split(amountMinor: number, netMinor: number, taxMinor: number): [net: number, tax: number] {
  const tax = shareOf(taxMinor, amountMinor, netMinor + taxMinor);
  return [amountMinor - tax, tax];
}

/** `minor` in the proportion of a part to the whole, rounded half up; of nothing nothing. */
function shareOf(minor: number, part: number, whole: number): number {
  return whole === 0 ? 0 : Number((2n * BigInt(part) * BigInt(minor) + BigInt(whole)) / (2n * BigInt(whole)));
}

/** All of them together. */
export function sumOf(parts: readonly Parts[]): Parts {
  return parts.reduce((sum, part) => plus(sum, part, 1), NOTHING);
}

function plus(one: Parts, other: Parts, side: 1 | -1): Parts {
  return {
    salesMinor: one.salesMinor + side * other.salesMinor,
    salesTaxMinor: one.salesTaxMinor + side * other.salesTaxMinor,
    feesMinor: one.feesMinor + side * other.feesMinor,
    feesTaxMinor: one.feesTaxMinor + side * other.feesTaxMinor,
    discountsMinor: one.discountsMinor + side * other.discountsMinor,
  };
}
