import { formatMoney, localDateTime } from '#kernel';
import type { Basket } from './basket.js';
import { type Allowance, type PlaceToDiscount, sum } from './discounts.js';
import { type Promo, PromoAudience, PromoKind } from './promo.entity.js';
import { PromoCodeNotValid, PromoRefusalReason as Reason } from './promo.refusals.js';

/** The places of a basket as this promo sees them; `leftMinor` is what the discounts before have left of each price. */
export function placesFor(promo: Promo, basket: Basket, leftMinor: readonly number[]): PlaceToDiscount[] {
  const isHere =
    (promo.currency === null || promo.currency === basket.currency) &&
    (promo.bookableIds.length === 0 || promo.bookableIds.includes(basket.bookableId));
  return basket.places.map(({ tierId }, index) => {
    const isUnlocked = isHere && promo.unlockedTierIds.includes(tierId);
    const isValidFor = isHere && (promo.tierIds.length === 0 || isUnlocked || promo.tierIds.includes(tierId));
    return { leftMinor: leftMinor[index]!, isValidFor, isUnlocked };
  });
}

/** What the promo may still give to one order. */
export function allowance({ mostPlacesPerOrder, ...promo }: Promo): Allowance {
  const left = promo.mostPlaces === null ? null : promo.mostPlaces - promo.placesUsed;
  return {
    places:
      left === null || mostPlacesPerOrder === null ? (left ?? mostPlacesPerOrder) : Math.min(left, mostPlacesPerOrder),
    budgetMinor: promo.budgetMinor === null ? null : promo.budgetMinor - promo.budgetUsedMinor,
  };
}

/** Why nobody can use the promo at this moment; `undefined` when it can be used. */
export function closed(promo: Promo, now: Date): PromoCodeNotValid | undefined {
  const name = promo.code ?? promo.name;
  const { startsAt, endsAt } = promo;
  if (!promo.active || (endsAt && endsAt <= now))
    return new PromoCodeNotValid(Reason.ENDED, `${name} is no longer valid. Go on without it, or use another code.`);
  if (startsAt && now < startsAt)
    return new PromoCodeNotValid(
      Reason.NOT_STARTED,
      `${name} is valid from ${localDateTime(startsAt, 'UTC')} UTC. Come back then, or go on without it.`,
    );
  const { places, budgetMinor } = allowance(promo);
  if ((promo.mostUses !== null && promo.uses >= promo.mostUses) || places === 0 || budgetMinor === 0)
    return spent(name);
  return undefined;
}

/** To which audiences this customer belongs. */
export function audiencesOf({ customer, isNewCustomer }: Basket): PromoAudience[] {
  const audiences = [PromoAudience.EVERYBODY];
  if (customer.userId) audiences.push(PromoAudience.ACCOUNTS);
  if (isNewCustomer) audiences.push(PromoAudience.NEW_CUSTOMERS);
  return audiences;
}

/** Who is told the price and who then buys need not be the same, so this is asked again by the claim. */
export function wrongAudience({ audience, code, name }: Promo, basket: Basket): PromoCodeNotValid | undefined {
  if (audiencesOf(basket).includes(audience)) return undefined;
  const who =
    audience === PromoAudience.ACCOUNTS
      ? 'people with an account. Log in to use it'
      : 'a first order. Go on without it';
  return new PromoCodeNotValid(Reason.AUDIENCE, `${code ?? name} is for ${who}.`);
}

/**
 * Why this customer cannot use the promo for these places; `undefined` when nothing is in the way. Minimums count the
 * places that it is valid for, at their prices before any discount.
 */
export function objection(promo: Promo, basket: Basket, usedBefore: number): PromoCodeNotValid | undefined {
  const name = promo.code ?? promo.name;
  const { minimumMinor, minimumPlaces, mostPlacesPerOrder } = promo;
  const places = placesFor(
    promo,
    basket,
    basket.places.map(({ priceMinor }) => priceMinor),
  );
  const audienceObjection = wrongAudience(promo, basket);
  if (audienceObjection) return audienceObjection;
  if (promo.mostUsesPerCustomer !== null && usedBefore >= promo.mostUsesPerCustomer) return alreadyUsed(name);
  const valid = places.filter(({ isValidFor }) => isValidFor);
  if (valid.length === 0)
    return new PromoCodeNotValid(
      Reason.NOT_FOR_THESE,
      `${name} is not valid for these places. Choose others, or go on without it.`,
    );
  if (minimumMinor !== null && sum(valid.map(({ leftMinor }) => leftMinor)) < minimumMinor) {
    const minimum = formatMoney({ amountMinor: minimumMinor, currency: promo.currency! });
    return new PromoCodeNotValid(
      Reason.MINIMUM,
      `${name} needs places for at least ${minimum}. Add some, or go on without it.`,
    );
  }
  const leastPlaces = Math.max(minimumPlaces ?? 1, promo.kind === PromoKind.N_FOR_M ? promo.takePlaces! : 1);
  if (valid.length < leastPlaces)
    return new PromoCodeNotValid(
      Reason.MINIMUM,
      `${name} needs at least ${leastPlaces} places. Add some, or go on without it.`,
    );
  const unlocked = places.filter(({ isUnlocked }) => isUnlocked).length;
  if (mostPlacesPerOrder !== null && unlocked > mostPlacesPerOrder)
    return new PromoCodeNotValid(
      Reason.TOO_MANY,
      `${name} is good for at most ${mostPlacesPerOrder} such places in one order. Choose fewer.`,
    );
  const left = promo.mostPlaces === null ? unlocked : promo.mostPlaces - promo.placesUsed;
  if (unlocked > left)
    return new PromoCodeNotValid(
      Reason.SPENT,
      `${name} has only ${left} places left. Choose fewer, or go on without it.`,
    );
  return undefined;
}

function spent(name: string): PromoCodeNotValid {
  return new PromoCodeNotValid(
    Reason.SPENT,
    `${name} has been used up. What others do not pay for comes back: try again later, or go on without it.`,
  );
}

/** It was there when the price was shown. */
export function goneMeanwhile(name: string): PromoCodeNotValid {
  return new PromoCodeNotValid(
    Reason.SPENT,
    `Others have just used what was left of ${name}. Look at the new price, then check out again.`,
  );
}

export function alreadyUsed(name: string): PromoCodeNotValid {
  return new PromoCodeNotValid(Reason.ALREADY_USED, `You have used ${name} as often as anybody may. Go on without it.`);
}

export function nothingOff(name: string): PromoCodeNotValid {
  return new PromoCodeNotValid(Reason.NOT_FOR_THESE, `${name} takes nothing off these places. Go on without it.`);
}
