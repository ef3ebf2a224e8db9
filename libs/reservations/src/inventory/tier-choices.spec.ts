import fc from 'fast-check';
import type { TierChoice, WantedPlace } from './hold-request.js';
import { settleTiers } from './tier-choices.js';

const NAMES = ['a', 'b', 'c'] as const;

const choice = (tierId: string) =>
  fc
    .record({
      limited: fc.boolean(),
      priceMinor: fc.nat(5_000),
      least: fc.integer({ min: 1, max: 4 }),
      more: fc.nat(8),
    })
    .map(({ more, ...rest }): TierChoice => ({ tierId, ...rest, most: rest.least + more }));

const world = fc.record({
  choices: fc.tuple(choice('a'), choice('b'), choice('c')),
  left: fc.record({
    a: fc.integer({ min: -2, max: 8 }),
    b: fc.integer({ min: -2, max: 8 }),
    c: fc.integer({ min: -2, max: 8 }),
  }),
  places: fc.array(fc.constantFrom(undefined, ...NAMES), { minLength: 1, maxLength: 10 }),
  before: fc.array(fc.record({ tierId: fc.constantFrom(...NAMES) }), { maxLength: 3 }),
});

const of = (choices: readonly TierChoice[], named: string | undefined): WantedPlace => {
  const { tierId, limited, priceMinor } = choices.find((tier) => tier.tierId === named) ?? choices[0]!;
  const place = { seatId: null, ordinal: null, areaId: 'x', tierId, limited, priceMinor };
  return named === undefined ? { ...place, choices } : place;
};

const count = (list: { tierId: string }[], tierId: string): number =>
  list.filter((place) => place.tierId === tierId).length;

describe('settling the tiers of places', () => {
  it('never gives more than there are, keeps what was named, and asks the price of the tier', () => {
    fc.assert(
      fc.property(world, ({ choices, left, places, before }) => {
        const wanted = places.map((named) => of(choices, named));
        const given = settleTiers(wanted, (tierId) => left[tierId as 'a'], before);
        if (!Array.isArray(given)) return;
        expect(given).toHaveLength(wanted.length);
        for (const tier of choices) {
          const got = count(given, tier.tierId);
          if (tier.limited && got > 0) expect(got).toBeLessThanOrEqual(left[tier.tierId as 'a']);
          const own = given.filter((place) => place.choices && place.tierId === tier.tierId);
          for (const place of own) expect(place).toMatchObject({ limited: tier.limited, priceMinor: tier.priceMinor });
          const inOrder = got + count(before, tier.tierId);
          if (own.length > 0) expect([inOrder >= tier.least, inOrder <= tier.most]).toEqual([true, true]);
        }
        wanted.forEach((place, index) => place.choices ?? expect(given[index]).toBe(place));
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives each place the first tier that has one left, when no group is too small or too large', () => {
    fc.assert(
      fc.property(world, ({ choices: tight, left, places }) => {
        const choices = tight.map((tier) => ({ ...tier, least: 1, most: 100 }));
        const wanted = places.map((named) => of(choices, named));
        const free = new Map(choices.map((tier) => [tier.tierId, tier.limited ? left[tier.tierId as 'a'] : Infinity]));
        let short = false;
        for (const place of wanted)
          if (!place.choices) {
            free.set(place.tierId, free.get(place.tierId)! - 1);
            short ||= free.get(place.tierId)! < 0;
          }
        const expected = wanted.map((place) => {
          if (!place.choices) return place.tierId;
          const first = choices.find(({ tierId }) => free.get(tierId)! > 0)?.tierId;
          if (first === undefined) short = true;
          else free.set(first, free.get(first)! - 1);
          return first;
        });
        const given = settleTiers(wanted, (tierId) => left[tierId as 'a']);
        if (short) expect(given).not.toBeInstanceOf(Array);
        else expect((given as WantedPlace[]).map(({ tierId }) => tierId)).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('names the first tier that is short, with what is left of it', () => {
    const early: TierChoice = { tierId: 'a', limited: true, priceMinor: 1, least: 1, most: 10 };
    const wanted = Array.from({ length: 3 }, () => of([early, { ...early, tierId: 'b' }], undefined));
    expect(settleTiers(wanted, () => 1)).toEqual({ tierId: 'a', left: 1 });
    expect(settleTiers([of([early], 'a')], () => -1)).toEqual({ tierId: 'a', left: 0 });
  });
});
