import fc from 'fast-check';
import { taxOn } from '#kernel';
import { type Parts, type SoldLine, giftOf, partsOf, reversalOf, reversalsOf, sumOf } from './parts.js';

const minor = fc.integer({ min: 0, max: 5_000_000 });

/** A line with any discount, fee and rate; the tax a unit beside what the rate says, as when it was split among lines. */
const anyLine: fc.Arbitrary<SoldLine> = fc
  .record({
    priceMinor: minor,
    share: fc.integer({ min: 0, max: 100 }),
    feeMinor: fc.integer({ min: 0, max: 50_000 }),
    rateBps: fc.constantFrom(0, 500, 700, 1900, 2000, 2550, 10_000),
    taxIncluded: fc.boolean(),
    beside: fc.constantFrom(-1, 0, 1),
  })
  .map(({ priceMinor, share, feeMinor, rateBps, taxIncluded, beside }) => {
    const discountMinor = Math.floor((priceMinor * share) / 100);
    const base = priceMinor - discountMinor + feeMinor;
    const exact = taxOn(base, rateBps, taxIncluded);
    const taxMinor = rateBps === 0 ? 0 : Math.min(Math.max(exact + beside, 0), base);
    return {
      priceMinor,
      discountMinor,
      feeMinor,
      taxMinor,
      taxIncluded,
      totalMinor: base + (taxIncluded ? 0 : taxMinor),
      tax: rateBps === 0 ? null : { rateBps },
    };
  });

const total = ({ salesMinor, salesTaxMinor, feesMinor, feesTaxMinor }: Parts): number =>
  salesMinor + salesTaxMinor + feesMinor + feesTaxMinor;
const least = (parts: Parts): number => Math.min(...Object.values(parts as unknown as Record<string, number>));

describe('the parts of a line', () => {
  it.each<[string, Partial<SoldLine>, Partial<Parts>]>([
    [
      'tax included',
      { taxMinor: 200, totalMinor: 1200, priceMinor: 1000, feeMinor: 200, taxIncluded: true },
      { salesMinor: 833, salesTaxMinor: 167, feesMinor: 167, feesTaxMinor: 33 },
    ],
    [
      'tax on top',
      { taxMinor: 240, totalMinor: 1440, priceMinor: 1000, feeMinor: 200, taxIncluded: false },
      { salesMinor: 1000, salesTaxMinor: 200, feesMinor: 200, feesTaxMinor: 40 },
    ],
    [
      'after a discount',
      { taxMinor: 0, totalMinor: 700, priceMinor: 1000, discountMinor: 300, taxIncluded: true },
      { salesMinor: 700, salesTaxMinor: 0, feesMinor: 0, feesTaxMinor: 0, discountsMinor: 300 },
    ],
    [
      'for nothing',
      { taxMinor: 0, totalMinor: 0, priceMinor: 1000, discountMinor: 1000, taxIncluded: true },
      { salesMinor: 0, salesTaxMinor: 0, feesMinor: 0, feesTaxMinor: 0, discountsMinor: 1000 },
    ],
    [
      'after a discount, tax included',
      {
        taxMinor: 117,
        totalMinor: 700,
        priceMinor: 1000,
        discountMinor: 300,
        taxIncluded: true,
        tax: { rateBps: 2000 },
      },
      { salesMinor: 583, salesTaxMinor: 117, feesMinor: 0, feesTaxMinor: 0, discountsMinor: 250 },
    ],
    [
      'after a discount, tax on top',
      {
        taxMinor: 140,
        totalMinor: 840,
        priceMinor: 1000,
        discountMinor: 300,
        taxIncluded: false,
        tax: { rateBps: 2000 },
      },
      { salesMinor: 700, salesTaxMinor: 140, feesMinor: 0, feesTaxMinor: 0, discountsMinor: 300 },
    ],
  ])('%s', (_, line, parts) => {
    expect(partsOf({ discountMinor: 0, feeMinor: 0, tax: null, ...line } as SoldLine)).toEqual({
      discountsMinor: 0,
      ...parts,
    });
  });

  it('have the price without its tax before the discount, to a unit for each of three roundings', () => {
    fc.assert(
      fc.property(anyLine, (line) => {
        const { salesMinor, discountsMinor } = partsOf(line);
        const price = line.priceMinor - (line.taxIncluded ? taxOn(line.priceMinor, line.tax?.rateBps ?? 0, true) : 0);
        // The line's tax, its share of the price, and the tax of the discount; the generator's tax is one beside.
        expect(Math.abs(salesMinor + discountsMinor - price)).toBeLessThanOrEqual(line.taxIncluded ? 3 : 0);
        if (line.discountMinor === 0) expect(discountsMinor).toBe(0);
        if (line.discountMinor === line.priceMinor) expect(salesMinor).toBe(0);
      }),
    );
  });

  it('add up to its total, and none is less than nothing', () => {
    fc.assert(
      fc.property(anyLine, (line) => {
        const parts = partsOf(line);
        expect(total(parts)).toBe(line.totalMinor);
        expect(parts.salesTaxMinor + parts.feesTaxMinor).toBe(line.taxMinor);
        expect(least(parts)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('what is taken back of a line', () => {
  const line = {
    priceMinor: 1000,
    discountMinor: 0,
    feeMinor: 200,
    taxMinor: 200,
    totalMinor: 1200,
    taxIncluded: true,
    tax: { rateBps: 2000 },
  };
  const none = { salesMinor: 0, salesTaxMinor: 0, feesMinor: 0, feesTaxMinor: 0, discountsMinor: 0 };

  it('is its price first, and its fee last', () => {
    expect(reversalOf(line, 0, 500)).toEqual({ ...none, salesMinor: 416, salesTaxMinor: 84 });
    expect(reversalOf(line, 500, 500)).toEqual({ ...none, salesMinor: 417, salesTaxMinor: 83 });
    expect(reversalOf(line, 1000, 200)).toEqual({ ...none, feesMinor: 167, feesTaxMinor: 33 });
  });

  it('has as much of the discount as of the price', () => {
    const reduced = { ...line, priceMinor: 1250, discountMinor: 250 };
    expect(reversalOf(reduced, 0, 500)).toMatchObject({ salesMinor: 416, discountsMinor: 104 });
    expect(reversalOf(reduced, 500, 500)).toMatchObject({ salesMinor: 417, discountsMinor: 104 });
    expect(reversalOf(reduced, 1000, 200)).toMatchObject({ salesMinor: 0, feesMinor: 167, discountsMinor: 0 });
  });

  it('is never more than it was sold for', () => {
    expect(() => reversalOf(line, 700, 501)).toThrow('1201 of 1200');
    expect(() => reversalsOf([line, line], 1200, 1201)).toThrow('more than was sold, by 1');
  });

  const anyReturns = fc.tuple(anyLine, fc.array(fc.nat(), { minLength: 1, maxLength: 8 })).map(([sold, cuts]) => {
    const marks = [
      ...cuts.map((cut) => (sold.totalMinor === 0 ? 0 : cut % (sold.totalMinor + 1))),
      sold.totalMinor,
    ].toSorted((a, b) => a - b);
    return { sold, amounts: marks.map((mark, index) => mark - (marks[index - 1] ?? 0)) };
  });

  it('adds up to each of its parts, in however many steps, and no step is less than nothing', () => {
    fc.assert(
      fc.property(anyReturns, ({ sold, amounts }) => {
        let before = 0;
        const steps = amounts.map((amount) => {
          const step = reversalOf(sold, before, amount);
          before += amount;
          expect(total(step)).toBe(amount);
          expect(least(step)).toBeGreaterThanOrEqual(0);
          return step;
        });
        expect(sumOf([...steps, giftOf(sold)])).toEqual(partsOf(sold));
      }),
    );
  });

  it('goes through several lines from the first to the last', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 5 }), fc.nat(), (lines, cut) => {
        const all = lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
        const first = all === 0 ? 0 : cut % (all + 1);
        const [one, rest] = [reversalsOf(lines, 0, first), reversalsOf(lines, first, all - first)];
        expect(total(sumOf(one))).toBe(first);
        lines.forEach((sold, index) => expect(sumOf([one[index]!, rest[index]!, giftOf(sold)])).toEqual(partsOf(sold)));
      }),
    );
  });
});
