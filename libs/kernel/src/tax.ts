import { allocate } from './allocation.js';

/** 10,000 basis points are the whole: 2,000 are 20 %. */
const WHOLE_BPS = 10_000n;

/** `bps` basis points of an amount in minor units, rounded half up. */
export function bpsOf(amountMinor: number, bps: number): number {
  return halfUp(BigInt(amountMinor) * BigInt(bps), WHOLE_BPS);
}

/** The tax on an amount of at least 0: within it when it is a price with tax, beside it otherwise. Rounded half up. */
export function taxOn(amountMinor: number, rateBps: number, isIncluded: boolean): number {
  const product = BigInt(amountMinor) * BigInt(rateBps);
  return halfUp(product, isIncluded ? WHOLE_BPS + BigInt(rateBps) : WHOLE_BPS);
}

/** What is taxed at one rate. */
export interface Taxed {
  amountMinor: number;
  /** Lines with the same key are taxed together. */
  rate: string;
  rateBps: number;
}

/**
 * The tax of each line. It is computed once for all lines of a rate, as an invoice shows it, and split among them, so
 * that lines, rates and total add up to the unit.
 */
export function taxOfLines(lines: readonly Taxed[], isIncluded: boolean): number[] {
  const taxes = lines.map(() => 0);
  for (const rate of new Set(lines.map((line) => line.rate))) {
    const own = lines.flatMap((line, index) => (line.rate === rate ? [{ ...line, index }] : []));
    const sum = own.reduce((total, { amountMinor }) => total + amountMinor, 0);
    const shares = allocate(
      taxOn(sum, own[0]!.rateBps, isIncluded),
      own.map(({ amountMinor }) => amountMinor),
    );
    own.forEach(({ index }, place) => (taxes[index] = shares[place]!));
  }
  return taxes;
}

/**
 * What a part of a line was paid with: itself, and its share of the tax where that was on top of both parts.
 * @param restMinor the other part of the line
 */
export function withItsTax(partMinor: number, restMinor: number, taxMinor: number, isIncluded: boolean): number {
  return isIncluded ? partMinor : partMinor + allocate(taxMinor, [restMinor, partMinor])[1]!;
}

/** Both at least 0. */
function halfUp(numerator: bigint, denominator: bigint): number {
  return Number((2n * numerator + denominator) / (2n * denominator));
}
