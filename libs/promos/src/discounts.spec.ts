import fc from 'fast-check';
import { type Allowance, type DiscountRule, type PlaceToDiscount, discountPerPlace, sum } from './discounts.js';
import { PromoKind } from './promo.entity.js';

const NO_VALUE = { percentBps: null, amountMinor: null, takePlaces: null, payPlaces: null };
const percent = (percentBps: number): DiscountRule => ({ ...NO_VALUE, kind: PromoKind.PERCENT, percentBps });
const fixed = (amountMinor: number): DiscountRule => ({ ...NO_VALUE, kind: PromoKind.FIXED, amountMinor });
const perPlace = (amountMinor: number): DiscountRule => ({ ...NO_VALUE, kind: PromoKind.FIXED_PER_PLACE, amountMinor });
const nForM = (takePlaces: number, payPlaces: number): DiscountRule => ({
  ...NO_VALUE,
  kind: PromoKind.N_FOR_M,
  takePlaces,
  payPlaces,
});
const UNLIMITED: Allowance = { places: null, budgetMinor: null };
const at = (...prices: number[]): PlaceToDiscount[] =>
  prices.map((leftMinor) => ({ leftMinor, isValidFor: true, isUnlocked: false }));

describe('a discount', () => {
  it.each<[string, DiscountRule, number[], Partial<Allowance>, number[]]>([
    ['of a percentage, what is odd to the first of equals', percent(1000), [333, 333, 333], {}, [34, 33, 33]],
    ['of a percentage, rounded once for all and half up', percent(5000), [1, 1, 1], {}, [1, 1, 0]],
    ['of everything', percent(10_000), [1050, 0, 1], {}, [1050, 0, 1]],
    ['of nothing', percent(0), [1000], {}, [0]],
    ['of an amount, by price', fixed(1000), [3000, 1000], {}, [750, 250]],
    ['of an amount that is more than all of it', fixed(1000), [300, 100], {}, [300, 100]],
    ['of an amount for each place', perPlace(500), [1000, 300], {}, [500, 300]],
    ['of three for two', nForM(3, 2), [900, 700, 800], {}, [0, 700, 0]],
    ['of three for two, for five', nForM(3, 2), [5, 4, 3, 2, 1], {}, [0, 0, 0, 0, 1]],
    ['of three for two, for seven', nForM(3, 2), [7, 6, 5, 4, 3, 2, 1], {}, [0, 0, 0, 0, 0, 2, 1]],
    ['of four for one, the first of equals', nForM(4, 1), [9, 9, 9, 9], {}, [9, 9, 9, 0]],
    ['of three for two, for two', nForM(3, 2), [900, 700], {}, [0, 0]],
    ['of three for two, a free place being no place to pay', nForM(3, 2), [900, 0, 700], {}, [0, 0, 0]],
    ['for so many places: the cheapest', percent(5000), [900, 100, 400], { places: 2 }, [0, 50, 200]],
    ['for no more places', percent(5000), [900], { places: 0 }, [0]],
    ['within a budget', perPlace(500), [1000, 1000, 1000], { budgetMinor: 1000 }, [334, 333, 333]],
    ['within a budget that is spent', percent(5000), [900], { budgetMinor: 0 }, [0]],
  ])('%s', (_, rule, prices, most, expected) => {
    expect(discountPerPlace(rule, at(...prices), { ...UNLIMITED, ...most })).toEqual(expected);
  });

  it('is not for places that it is not valid for', () => {
    const [adult, child] = at(1000, 500);
    expect(discountPerPlace(percent(5000), [{ ...adult!, isValidFor: false }, child!], UNLIMITED)).toEqual([0, 250]);
  });

  it('is first of all for the places that it unlocks', () => {
    const [dear, cheap, cheaper] = at(1000, 500, 400);
    const places = [{ ...dear!, isUnlocked: true }, cheap!, cheaper!];
    expect(discountPerPlace(percent(5000), places, { places: 2, budgetMinor: null })).toEqual([500, 0, 200]);
  });
});

describe('any discount', () => {
  const rules = fc.oneof(
    fc.integer({ min: 0, max: 10_000 }).map(percent),
    fc.integer({ min: 1, max: 50_000 }).map(fixed),
    fc.integer({ min: 1, max: 50_000 }).map(perPlace),
    fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .map(([pay, free]) => nForM(pay + free, pay)),
  );
  const places = fc.array(
    fc.record({
      leftMinor: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 40_000_000 })),
      isValidFor: fc.boolean(),
      isUnlocked: fc.constant(false),
    }),
    { maxLength: 50 },
  );
  const allowances = fc.record({
    places: fc.option(fc.nat({ max: 20 })),
    budgetMinor: fc.option(fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 1_000_000_000 }))),
  });
  const always = (
    holds: (rule: DiscountRule, places: PlaceToDiscount[], most: Allowance, given: number[]) => void,
  ): void =>
    fc.assert(
      fc.property(rules, places, allowances, (rule, places, most) =>
        holds(rule, places, most, discountPerPlace(rule, places, most)),
      ),
      { numRuns: 2_000 },
    );

  it('is a whole amount for each place, never negative, never more than is left of its price', () => {
    always((_, places, __, given) => {
      expect(given).toHaveLength(places.length);
      for (const [index, amount] of given.entries()) {
        expect(Number.isInteger(amount)).toBe(true);
        expect(amount).toBeGreaterThanOrEqual(0);
        expect(amount).toBeLessThanOrEqual(places[index]!.isValidFor ? places[index]!.leftMinor : 0);
      }
    });
  });

  it('keeps to the budget and to the number of places', () => {
    always((_, __, most, given) => {
      expect(sum(given)).toBeLessThanOrEqual(most.budgetMinor ?? Infinity);
      expect(given.filter((amount) => amount > 0).length).toBeLessThanOrEqual(most.places ?? Infinity);
    });
  });

  /** Worked out once more, another way: what is promised for the places that have it. */
  it('is exactly what was promised, to the last unit', () => {
    always(({ kind, percentBps, amountMinor, takePlaces, payPlaces }, places, most, given) => {
      const paying = places
        .filter(({ isValidFor, leftMinor }) => isValidFor && leftMinor > 0)
        .map(({ leftMinor }) => leftMinor)
        .toSorted((a, b) => a - b);
      const freeOnes = Math.floor(paying.length / (takePlaces ?? 1)) * (takePlaces! - payPlaces!);
      const with_ = paying.slice(
        0,
        Math.min(kind === PromoKind.N_FOR_M ? freeOnes : Infinity, most.places ?? Infinity),
      );
      const promised = {
        [PromoKind.PERCENT]: Number((BigInt(sum(with_)) * BigInt(percentBps ?? 0) * 2n + 10_000n) / 20_000n),
        [PromoKind.FIXED]: Math.min(amountMinor ?? 0, sum(with_)),
        [PromoKind.FIXED_PER_PLACE]: sum(with_.map((price) => Math.min(price, amountMinor ?? 0))),
        [PromoKind.N_FOR_M]: sum(with_),
      }[kind];
      expect(sum(given)).toBe(Math.min(promised, most.budgetMinor ?? Infinity));
    });
  });

  it('leaves nothing below zero when another one comes after it', () => {
    fc.assert(
      fc.property(rules, rules, places, (first, second, places) => {
        const before = discountPerPlace(first, places, UNLIMITED);
        const rest = places.map((place, index) => ({ ...place, leftMinor: place.leftMinor - before[index]! }));
        const after = discountPerPlace(second, rest, UNLIMITED);
        for (const [index, { leftMinor }] of places.entries())
          expect(before[index]! + after[index]!).toBeLessThanOrEqual(leftMinor);
      }),
    );
  });

  it('takes the cheapest of n for m: no place that is paid is cheaper than one that is free', () => {
    const rule = nForM(3, 2);
    fc.assert(
      fc.property(places, (places) => {
        const given = discountPerPlace(rule, places, UNLIMITED);
        const [free, paid] = [true, false].map((isFree) =>
          places.filter(
            ({ isValidFor, leftMinor }, index) => isValidFor && leftMinor > 0 && given[index]! > 0 === isFree,
          ),
        );
        const prices = (some: PlaceToDiscount[]): number[] => some.map(({ leftMinor }) => leftMinor);
        expect(Math.max(0, ...prices(free!))).toBeLessThanOrEqual(Math.min(Infinity, ...prices(paid!)));
        for (const [index, amount] of given.entries()) expect([0, places[index]!.leftMinor]).toContain(amount);
      }),
    );
  });
});
