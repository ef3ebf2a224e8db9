import fc from 'fast-check';
import { taxOn } from '#kernel';
import { type PlaceToPrice, priceLines } from './pricing.js';

const rate = (bps: number): PlaceToPrice['tax'] => ({ id: `rate ${bps}`, name: 'VAT', rateBps: bps, category: 'S' });
const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('the price of an order', () => {
  it('is price, less discount, plus fee, with the tax in it', () => {
    const rules = { taxIncluded: true, feeMinor: 50, feeBps: 100 };
    expect(priceLines([{ priceMinor: 2_000, tax: rate(2_000) }], [500], rules)).toEqual([
      { priceMinor: 2_000, discountMinor: 500, feeMinor: 65, taxMinor: 261, totalMinor: 1_565 },
    ]);
  });

  it('or with the tax on top', () => {
    const rules = { taxIncluded: false, feeMinor: 0, feeBps: 0 };
    expect(priceLines([{ priceMinor: 2_000, tax: rate(700) }], [0], rules)).toEqual([
      { priceMinor: 2_000, discountMinor: 0, feeMinor: 0, taxMinor: 140, totalMinor: 2_140 },
    ]);
  });

  it('has no fee on what is given away, and no tax where there is none', () => {
    const rules = { taxIncluded: true, feeMinor: 50, feeBps: 100 };
    const [free, untaxed] = priceLines(
      [
        { priceMinor: 900, tax: rate(2_000) },
        { priceMinor: 900, tax: null },
      ],
      [900, 0],
      rules,
    );
    expect(free).toEqual({ priceMinor: 900, discountMinor: 900, feeMinor: 0, taxMinor: 0, totalMinor: 0 });
    expect(untaxed).toMatchObject({ feeMinor: 59, taxMinor: 0, totalMinor: 959 });
  });

  it('adds up: every line, every rate and the whole', () => {
    const place = fc
      .tuple(
        fc.integer({ min: 0, max: 500_000 }),
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom(null, 0, 500, 700, 1_900, 2_000),
      )
      .map(([priceMinor, percent, bps]) => ({
        place: { priceMinor, tax: bps === null ? null : rate(bps) },
        discount: Math.floor((priceMinor * percent) / 100),
      }));
    const rules = fc.record({
      taxIncluded: fc.boolean(),
      feeMinor: fc.integer({ min: 0, max: 500 }),
      feeBps: fc.integer({ min: 0, max: 2_000 }),
    });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 50 }), rules, (places, how) => {
        const lines = priceLines(
          places.map((one) => one.place),
          places.map(({ discount }) => discount),
          how,
        );
        const base = lines.map(({ priceMinor, discountMinor, feeMinor }) => priceMinor - discountMinor + feeMinor);
        for (const [index, line] of lines.entries()) {
          expect(line.totalMinor).toBe(base[index]! + (how.taxIncluded ? 0 : line.taxMinor));
          expect(Math.min(...Object.values(line))).toBeGreaterThanOrEqual(0);
        }
        for (const bps of [0, 500, 700, 1_900, 2_000]) {
          const own = places.flatMap((one, index) => (one.place.tax?.rateBps === bps ? [index] : []));
          const taxed = sum(own.map((index) => base[index]!));
          expect(sum(own.map((index) => lines[index]!.taxMinor))).toBe(taxOn(taxed, bps, how.taxIncluded));
        }
      }),
    );
  });
});
