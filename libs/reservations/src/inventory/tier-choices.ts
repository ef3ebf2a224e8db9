import type { TierChoice, WantedPlace } from './hold-request.js';

/** The first tier that has too few places. */
interface TierShortage {
  tierId: string;
  left: number;
}

/**
 * Decides the tiers of places whose passenger named none: each gets the first tier that has one left. A tier that
 * would get fewer than its least, or more than its most, is passed over. Whoever named a tier is served before.
 * @param leftOf places left of a tier that has a quantity
 * @param before tiers of the places that the reservation has already
 */
export function settleTiers(
  places: WantedPlace[],
  leftOf: (tierId: string) => number,
  before: { tierId: string }[] = [],
): WantedPlace[] | TierShortage {
  const named = places.filter(({ choices }) => !choices);
  const choices = places.find((place) => place.choices)?.choices ?? [];
  const [taken, had] = [countOf(named), countOf(before)];
  const left = ({ tierId, limited }: Pick<TierChoice, 'tierId' | 'limited'>): number =>
    limited ? Math.max(0, leftOf(tierId) - (taken.get(tierId) ?? 0)) : Infinity;
  const short = named.find(({ tierId, limited }) => limited && leftOf(tierId) < taken.get(tierId)!);
  if (short) return { tierId: short.tierId, left: Math.max(0, leftOf(short.tierId)) };
  const wanted = places.length - named.length;
  const room = (choice: TierChoice, count: number): number => {
    const others = (taken.get(choice.tierId) ?? 0) + (had.get(choice.tierId) ?? 0);
    const most = Math.min(count, left(choice), choice.most - others);
    return most > 0 && others + most >= choice.least ? most : 0;
  };
  // What is left of the first may be too few to go with a group of the next: then all go there.
  for (let start = 0; start < choices.length; start += 1) {
    const picked: TierChoice[] = [];
    for (const choice of choices.slice(start))
      for (let count = room(choice, wanted - picked.length); count > 0; count -= 1) picked.push(choice);
    if (picked.length === wanted)
      return places.map((place) => (place.choices ? { ...place, ...chosen(picked.shift()!) } : place));
  }
  return choices[0] ? { tierId: choices[0].tierId, left: left(choices[0]) } : places;
}

const chosen = ({
  tierId,
  limited,
  priceMinor,
}: TierChoice): Pick<WantedPlace, 'tierId' | 'limited' | 'priceMinor'> => ({
  tierId,
  limited,
  priceMinor,
});

function countOf(places: { tierId: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tierId } of places) counts.set(tierId, (counts.get(tierId) ?? 0) + 1);
  return counts;
}
