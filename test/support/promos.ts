import { newId } from '#kernel';
import { type Basket, type Discount, type Promo, PromoKind, PromoOffersService, PromosService } from '#promos';
import type { TestApplication } from './application.js';

type Terms = Partial<Parameters<PromoOffersService['create']>[1]>;

/** A promo of the organization: the code TENTH, 10 % off, if nothing else is said. */
export async function promoOf(application: TestApplication, organizationId: string, terms: Terms = {}): Promise<Promo> {
  const value = terms.kind ? {} : { kind: PromoKind.PERCENT, percentBps: 1000 };
  return await application
    .get(PromoOffersService)
    .create(organizationId, { code: 'TENTH', name: 'A promo', ...value, ...terms } as Required<Terms>);
}

/** What a new guest is about to buy: one place of 10.00 for each price that is not said. */
export function basketOf(organizationId: string, changes: Partial<Basket> & { prices?: number[] } = {}): Basket {
  const { prices = [1000], ...others } = changes;
  const tierId = newId();
  return {
    organizationId,
    bookableId: newId(),
    currency: 'GBP',
    customer: { userId: null, email: `${newId()}@holdfast.test` },
    places: prices.map((priceMinor) => ({ tierId, priceMinor })),
    ...others,
  };
}

export interface Claimed {
  orderId: string;
  lineItemIds: string[];
  basket: Basket;
  discounts: Discount[];
}

/** Previews and claims for a new order, as its check-out does. */
export async function claimed(
  { database, get }: Pick<TestApplication, 'database' | 'get'>,
  basket: Basket,
  code?: string,
): Promise<Claimed> {
  const promos = get(PromosService);
  const [orderId, lineItemIds] = [newId(), basket.places.map(() => newId())];
  const discounts = await promos.preview(basket, code);
  await database.transaction(() => promos.claim(orderId, basket, discounts, lineItemIds));
  return { orderId, lineItemIds, basket, discounts };
}

/** uses, places and budget used. */
export async function countersOf({ database }: TestApplication, { id }: Pick<Promo, 'id'>): Promise<number[]> {
  const [row] = await database.query<{ counters: number[] }>(
    `SELECT ARRAY[uses, places_used, budget_used_minor::int] AS counters FROM promos WHERE id = $1`,
    [id],
  );
  return row!.counters;
}

/** Variables to make a promo over the API. */
export const promoInput = (
  organizationId: string,
  changes: object = {},
): { organizationId: string; input: object } => ({
  organizationId,
  input: { code: 'TENTH', name: 'A tenth', kind: 'PERCENT', percentBps: 1000, ...changes },
});

/** Every limit that needs no currency. */
export const promoLimits = (inHours: (hours: number) => string): object => ({
  startsAt: inHours(1),
  endsAt: inHours(2),
  mostUses: 1,
  mostUsesPerCustomer: 1,
  mostPlaces: 1,
  minimumPlaces: 1,
  mostPlacesPerOrder: 1,
  audience: 'ACCOUNTS',
  bookableIds: [newId()],
  tierIds: [newId()],
  unlockedTierIds: [newId()],
});
