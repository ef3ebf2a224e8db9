/**
 * Splits an amount in proportion to weights, in whole minor units that add up to it exactly: everybody gets his share
 * rounded down, and what is left goes to the largest remainders, the first of equals first. Weights are integers of at
 * least 0; when all of them are 0 they count as equal.
 *
 * @example allocate(100, [1, 1, 1]) // [34, 33, 33]
 * @throws RangeError without weights, for an amount that cannot be split among nobody
 */
export function allocate(amountMinor: number, weights: readonly number[]): number[] {
  if (weights.length === 0) {
    if (amountMinor === 0) return [];
    throw new RangeError(`${amountMinor} cannot be split among nobody`);
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const all = sum === 0 ? weights.map(() => 1n) : weights.map(BigInt);
  const [amount, whole] = [BigInt(Math.abs(amountMinor)), BigInt(sum === 0 ? weights.length : sum)];
  const shares = all.map((weight) => Number((amount * weight) / whole));
  const byRemainder = all
    .map((weight, index) => ({ index, remainder: (amount * weight) % whole }))
    .toSorted((a, b) => Number(b.remainder - a.remainder) || a.index - b.index);
  const left = Math.abs(amountMinor) - shares.reduce((total, share) => total + share, 0);
  for (const { index } of byRemainder.slice(0, left)) shares[index]! += 1;
  return amountMinor < 0 ? shares.map((share) => 0 - share) : shares;
}
