import fc from 'fast-check';
import { allocate } from './allocation.js';
import { type Taxed, bpsOf, taxOfLines, taxOn, withItsTax } from './tax.js';

const amount = fc.integer({ min: 0, max: 2_000_000_000 });
const bps = fc.integer({ min: 0, max: 10_000 });
const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('splitting an amount', () => {
  it('adds up, and nobody is further than one unit from his share', () => {
    fc.assert(
      fc.property(amount, fc.array(amount, { minLength: 1, maxLength: 40 }), (whole, weights) => {
        const shares = allocate(whole, weights);
        expect(sum(shares)).toBe(whole);
        const all = sum(weights);
        shares.forEach((share, index) => {
          const exact = all === 0 ? whole / weights.length : (whole * weights[index]!) / all;
          expect(Math.abs(share - exact)).toBeLessThan(1.001);
          if (all > 0 && weights[index] === 0) expect(share).toBe(0);
        });
      }),
    );
  });

  it.each([
    [100, [1, 1, 1], [34, 33, 33]],
    [-100, [1, 1, 1], [-34, -33, -33]],
    [5, [0, 0], [3, 2]],
    [7, [0, 1], [0, 7]],
    [0, [], []],
  ])('gives %s by %j as %j', (whole, weights, shares) => {
    expect(allocate(whole, weights)).toEqual(shares);
  });

  it('refuses to lose what there is nobody for', () => {
    expect(() => allocate(1, [])).toThrow(RangeError);
  });
});

describe('tax', () => {
  it.each([
    [12_000, 2_000, true, 2_000],
    [10_000, 2_000, false, 2_000],
    [10_700, 700, true, 700],
    [1, 2_000, true, 0],
    [3, 2_000, true, 1],
    [999, 0, true, 0],
    [5, 1_000, false, 1],
    [4, 1_000, false, 0],
  ])('of %s at %s basis points, included %s, is %s', (minor, rate, isIncluded, tax) => {
    expect(taxOn(minor, rate, isIncluded)).toBe(tax);
  });

  it('that is taken out of a price is what is put on the rest, to the unit', () => {
    fc.assert(
      fc.property(amount, bps, (gross, rate) => {
        const tax = taxOn(gross, rate, true);
        expect(tax).toBeGreaterThanOrEqual(0);
        expect(tax).toBeLessThanOrEqual(gross);
        expect(Math.abs(taxOn(gross - tax, rate, false) - tax)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('of lines adds up for each rate, and a line has no more than its part', () => {
    const line: fc.Arbitrary<Taxed> = fc
      .record({
        amountMinor: fc.integer({ min: 0, max: 10_000_000 }),
        rate: fc.constantFrom('0', '700', '1900', '2000'),
      })
      .map((one) => ({ ...one, rateBps: Number(one.rate) }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 50 }), fc.boolean(), (lines, isIncluded) => {
        const taxes = taxOfLines(lines, isIncluded);
        for (const rate of new Set(lines.map((one) => one.rate))) {
          const own = lines.flatMap((one, index) => (one.rate === rate ? [index] : []));
          const base = sum(own.map((index) => lines[index]!.amountMinor));
          expect(sum(own.map((index) => taxes[index]!))).toBe(taxOn(base, Number(rate), isIncluded));
        }
        taxes.forEach((tax, index) => {
          expect(tax).toBeGreaterThanOrEqual(0);
          const { amountMinor, rateBps } = lines[index]!;
          expect(Math.abs(tax - taxOn(amountMinor, rateBps, isIncluded))).toBeLessThanOrEqual(1);
          if (isIncluded) expect(tax).toBeLessThanOrEqual(amountMinor);
        });
      }),
    );
  });

  it('takes a part in basis points, half a unit up', () => {
    expect([bpsOf(50, 100), bpsOf(49, 100), bpsOf(12_345, 250)]).toEqual([1, 0, 309]);
  });

  it('of a part is paid with it where the tax is on top', () => {
    expect(withItsTax(60, 1000, 212, false)).toBe(72);
    expect(withItsTax(60, 1000, 177, true)).toBe(60);
    expect(withItsTax(0, 1000, 200, false)).toBe(0);
  });
});
