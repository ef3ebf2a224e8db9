import { allocate } from '#kernel';

/** What a line of an order was sold for, in minor units. Total = price − discount + fee, and the tax where it is not included. */
export interface SoldLine {
  priceMinor: number;
  discountMinor: number;
  feeMinor: number;
  taxMinor: number;
  totalMinor: number;
  taxIncluded: boolean;
}

/** Revenue without its tax, and the tax on each part. */
export interface Parts {
  salesMinor: number;
  salesTaxMinor: number;
  feesMinor: number;
  feesTaxMinor: number;
}

const NOTHING: Parts = { salesMinor: 0, salesTaxMinor: 0, feesMinor: 0, feesTaxMinor: 0 };

/** What a line brings: its price after discount and its fee, each without tax, and the line's tax split between them. */
export function partsOf({ priceMinor, discountMinor, feeMinor, taxMinor, taxIncluded }: SoldLine): Parts {
  const reducedMinor = priceMinor - discountMinor;
  const [salesTaxMinor, feesTaxMinor] = allocate(taxMinor, [reducedMinor, feeMinor]) as [number, number];
  return {
    salesMinor: reducedMinor - (taxIncluded ? salesTaxMinor : 0),
    salesTaxMinor,
    feesMinor: feeMinor - (taxIncluded ? feesTaxMinor : 0),
    feesTaxMinor,
  };
}

/**
 * What is taken back of a line when `amountMinor` of what was paid for it goes back after `beforeMinor` did: the price
 * with its tax first, the fee last. Tax is rounded on the sum of what has gone back so far, so that the parts of a line
 * add up to the whole of it, in however many steps it goes back.
 * @throws RangeError for more than the line was sold for
 */
export function reversalOf(line: SoldLine, beforeMinor: number, amountMinor: number): Parts {
  const [before, after] = [backOf(line, beforeMinor), backOf(line, beforeMinor + amountMinor)];
  return {
    salesMinor: after.salesMinor - before.salesMinor,
    salesTaxMinor: after.salesTaxMinor - before.salesTaxMinor,
    feesMinor: after.feesMinor - before.feesMinor,
    feesTaxMinor: after.feesTaxMinor - before.feesTaxMinor,
  };
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
  const { salesMinor, salesTaxMinor, feesMinor, feesTaxMinor } = partsOf(line);
  const priceMinor = Math.min(amountMinor, salesMinor + salesTaxMinor);
  const feeMinor = amountMinor - priceMinor;
  const [sales, salesTax] = split(priceMinor, salesMinor, salesTaxMinor);
  const [fees, feesTax] = split(feeMinor, feesMinor, feesTaxMinor);
  return { salesMinor: sales, salesTaxMinor: salesTax, feesMinor: fees, feesTaxMinor: feesTax };
}

/** Neither part becomes less when the amount grows: the tax is rounded, the rest is the rest. */
function split(amountMinor: number, netMinor: number, taxMinor: number): [net: number, tax: number] {
  const whole = BigInt(netMinor + taxMinor);
  if (whole === 0n) return [0, 0];
  const tax = Number((2n * BigInt(amountMinor) * BigInt(taxMinor) + whole) / (2n * whole));
  return [amountMinor - tax, tax];
}

/** All of them together. */
export function sumOf(parts: readonly Parts[]): Parts {
  return parts.reduce(
    (sum, part) => ({
      salesMinor: sum.salesMinor + part.salesMinor,
      salesTaxMinor: sum.salesTaxMinor + part.salesTaxMinor,
      feesMinor: sum.feesMinor + part.feesMinor,
      feesTaxMinor: sum.feesTaxMinor + part.feesTaxMinor,
    }),
    NOTHING,
  );
}
