import { badInput } from '#platform';
import { type Promo, PromoAudience, PromoKind } from './promo.entity.js';

type Terms = Omit<Promo, 'id' | 'organizationId' | 'createdAt' | 'uses' | 'placesUsed' | 'budgetUsedMinor'>;

const VALUES = ['percentBps', 'amountMinor', 'takePlaces', 'payPlaces'] as const;

/** The values that a kind needs, and no other. */
const NEEDED: Record<PromoKind, readonly (typeof VALUES)[number][]> = {
  PERCENT: ['percentBps'],
  FIXED: ['amountMinor'],
  FIXED_PER_PLACE: ['amountMinor'],
  N_FOR_M: ['takePlaces', 'payPlaces'],
};

/** What is checked of more than one field at a time. @throws BAD_USER_INPUT with the field named */
export function checkTerms(terms: Terms): void {
  const { kind, code, currency, startsAt, endsAt, takePlaces, payPlaces, unlockedTierIds } = terms;
  for (const field of VALUES) {
    const isNeeded = NEEDED[kind].includes(field);
    if (isNeeded && terms[field] === null) throw badInput(`A promo of the kind ${kind} needs ${field}.`, field);
    if (!isNeeded && terms[field] !== null) throw badInput(`A promo of the kind ${kind} has no ${field}.`, field);
  }
  if (takePlaces !== null && takePlaces <= payPlaces!)
    throw badInput('payPlaces must be less than takePlaces: of 3 places 2 are paid.', 'payPlaces');
  if (terms.percentBps === 0 && unlockedTierIds.length === 0)
    throw badInput('Nothing is taken off: only a code that unlocks tiers may do that.', 'percentBps');
  if (currency === null && (terms.amountMinor ?? terms.budgetMinor ?? terms.minimumMinor) !== null)
    throw badInput('Amounts, budgets and minimums need a currency.', 'currency');
  if (startsAt && endsAt && endsAt <= startsAt) throw badInput('It must end after it starts.', 'endsAt');
  if (code === null && unlockedTierIds.length > 0)
    throw badInput('Only a code can unlock tiers. Give it one.', 'unlockedTierIds');
}

/** A first order is one order: who is new twice at the same moment is found by the limit for each customer. */
export function completed<T extends Pick<Promo, 'audience' | 'mostUsesPerCustomer'>>(terms: T): T {
  if (terms.audience === PromoAudience.NEW_CUSTOMERS) terms.mostUsesPerCustomer ??= 1;
  return terms;
}
