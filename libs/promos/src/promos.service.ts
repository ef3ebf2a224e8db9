import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database } from '#platform';
import type { Basket, Discount } from './basket.js';
import { Customers } from './customers.js';
import { discountPerPlace, sum } from './discounts.js';
import {
  allowance,
  alreadyUsed,
  audiencesOf,
  closed,
  goneMeanwhile,
  nothingOff,
  objection,
  placesFor,
  wrongAudience,
} from './objections.js';
import type { Promo } from './promo.entity.js';
import { PromoGuesses } from './promo-guesses.js';
import { PromoRows, asCode } from './promo-rows.js';
import { PromoCodeUnknown } from './promo.refusals.js';
import { type Claimed, PromoUses } from './promo-uses.js';

/** Promo codes and discounts that are given by themselves, as the libraries above see them. */
@Injectable()
export class PromosService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly rows: PromoRows,
    private readonly uses: PromoUses,
    private readonly customers: Customers,
    private readonly guesses: PromoGuesses,
  ) {}

  /** Those of these organizations that give discounts by themselves. */
  async withAutomatic(organizationIds: string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT DISTINCT organization_id AS id FROM promos WHERE organization_id = ANY($1::uuid[]) AND code IS NULL AND active`,
      [organizationIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * What would be taken off, claiming nothing: first what is given by itself, the oldest promo first, then the code, each
   * from what the one before has left. A discount of nothing is there only for a code that unlocks tiers.
   * @throws PromoCodeUnknown, PromoCodeNotValid for the code; what is given by itself and does not fit is left out;
   * RATE_LIMITED
   */
  async preview(basket: Basket, typed?: string): Promise<Discount[]> {
    const promos = await this.promosFor(basket.organizationId, typed);
    if (promos.length === 0 || basket.places.length === 0) return [];
    const usedBefore = await this.usedBefore(promos, basket);
    const discounts: Discount[] = [];
    let leftMinor = basket.places.map(({ priceMinor }) => priceMinor);
    for (const promo of promos) {
      const against = closed(promo, this.clock.now()) ?? objection(promo, basket, usedBefore.get(promo.id) ?? 0);
      const discount = against ? undefined : take(promo, basket, leftMinor);
      if (!discount && promo.code !== null) throw against ?? nothingOff(promo.code);
      if (!discount) continue;
      discounts.push(discount);
      leftMinor = leftMinor.map((left, index) => left - discount.perPlace[index]!);
    }
    return discounts;
  }

  /**
   * Counts what was previewed for the places of an order, in the open transaction; an order that has a promo already does
   * not count again. `lineItemIds` are in the order of the basket's places. The row of a promo stays locked until the
   * transaction ends: everybody locks it after reservations and before inventories.
   * @throws PromoCodeNotValid when it was spent, ended or used meanwhile; nothing of it is kept then
   */
  async claim(
    orderId: string,
    basket: Basket,
    discounts: readonly Discount[],
    lineItemIds: readonly string[],
  ): Promise<void> {
    this.mustBeInTransaction();
    if (discounts.length === 0) return;
    mustFit(basket, discounts, lineItemIds);
    const customer = this.customers.keyOf(basket.customer);
    if (!customer) throw new Error('a promo was claimed for nobody: the basket has neither account nor e-mail address');
    const claim = { orderId, organizationId: basket.organizationId, customer, audiences: audiencesOf(basket) };
    for (const { promoId, perPlace, covered } of inOrderOfIds(discounts)) {
      const shares = lineItemIds.flatMap((lineItemId, index) =>
        covered[index] ? [{ lineItemId, amountMinor: perPlace[index]! }] : [],
      );
      const outcome = await this.uses.claim({ ...claim, promoId, shares });
      await this.mustBeClaimed(promoId, outcome, basket);
    }
  }

  /** Locks promos before several orders claim them in one transaction. */
  async lock(promoIds: string[]): Promise<void> {
    this.mustBeInTransaction();
    if (promoIds.length > 0) await this.uses.lockPromos(promoIds);
  }

  /** Locks the promos of orders before several of them give theirs back, or take them up again, in one transaction. */
  async lockOf(orderIds: string[]): Promise<void> {
    this.mustBeInTransaction();
    if (orderIds.length > 0) await this.uses.lockPromosOf(orderIds);
  }

  /** Everything that an order claimed goes back: it lapsed, was cancelled or refunded in full. A second time does nothing. */
  async giveBack(orderId: string): Promise<void> {
    this.mustBeInTransaction();
    await this.uses.giveBack(orderId, null);
  }

  /** The shares of some of its places go back, and a use with its last place. A second time does nothing. */
  async giveBackPlaces(orderId: string, lineItemIds: readonly string[]): Promise<void> {
    this.mustBeInTransaction();
    await this.uses.giveBack(orderId, lineItemIds);
  }

  /**
   * Takes up again what an order gave back when it lapsed, because its payment came late and is honoured. Its time may be
   * over by then, its limits hold. Not for an order of which places were refunded.
   * @throws PromoCodeNotValid when others have it now; nothing is kept then
   */
  async reclaim(orderId: string): Promise<void> {
    this.mustBeInTransaction();
    for (const { promoId, outcome } of await this.uses.reclaim(orderId)) await this.mustBeClaimed(promoId, outcome);
  }

  /** Hidden tiers that can be bought with this code now. @throws PromoCodeUnknown, PromoCodeNotValid, RATE_LIMITED */
  async unlockedTiers(organizationId: string, typed: string): Promise<string[]> {
    const promo = await this.guesses.lookUp(organizationId, async () => {
      const found = await this.rows.byCode(organizationId, asCode(typed));
      if (!found) throw new PromoCodeUnknown();
      return found;
    });
    const against = closed(promo, this.clock.now());
    if (against) throw against;
    return promo.unlockedTierIds;
  }

  private async promosFor(organizationId: string, typed: string | undefined): Promise<Promo[]> {
    if (typed === undefined) return await this.rows.forOrder(organizationId);
    return await this.guesses.lookUp(organizationId, async () => {
      const code = asCode(typed);
      const promos = await this.rows.forOrder(organizationId, code);
      if (promos.at(-1)?.code !== code) throw new PromoCodeUnknown();
      return promos;
    });
  }

  private async usedBefore(promos: Promo[], basket: Basket): Promise<Map<string, number>> {
    const customer = this.customers.keyOf(basket.customer);
    const limited = promos.filter(({ mostUsesPerCustomer }) => mostUsesPerCustomer !== null);
    if (!customer || limited.length === 0) return new Map();
    return await this.uses.ofCustomer(
      limited.map(({ id }) => id),
      customer,
    );
  }

  private async mustBeClaimed(promoId: string, outcome: Claimed, basket?: Basket): Promise<void> {
    if (outcome === 'CLAIMED' || outcome === 'KNOWN') return;
    const promo = await this.rows.get(promoId);
    const name = promo.code ?? promo.name;
    if (outcome === 'ALREADY_USED') throw alreadyUsed(name);
    throw closed(promo, this.clock.now()) ?? (basket && wrongAudience(promo, basket)) ?? goneMeanwhile(name);
  }

  private mustBeInTransaction(): void {
    if (!this.database.inTransaction)
      throw new Error('promos are claimed and given back with the order, in its transaction');
  }
}

/** What this promo takes off what is left; `undefined` when that is nothing, and it unlocks none of the places. */
function take(promo: Promo, basket: Basket, leftMinor: readonly number[]): Discount | undefined {
  const places = placesFor(promo, basket, leftMinor);
  const perPlace = discountPerPlace(promo, places, allowance(promo));
  const covered = places.map(({ isUnlocked }, index) => isUnlocked || perPlace[index]! > 0);
  if (!covered.includes(true)) return undefined;
  return { promoId: promo.id, code: promo.code, name: promo.name, amountMinor: sum(perPlace), perPlace, covered };
}

/** Two orders that claim the same promos lock them in the same order, so neither waits for the other in a circle. */
function inOrderOfIds(discounts: readonly Discount[]): Discount[] {
  return discounts.toSorted((a, b) => (a.promoId < b.promoId ? -1 : 1));
}

/** @throws Error when discounts, places and lines are not of one basket: they would be counted wrongly */
function mustFit({ places }: Basket, discounts: readonly Discount[], lineItemIds: readonly string[]): void {
  const lengths = [lineItemIds, ...discounts.flatMap(({ perPlace, covered }) => [perPlace, covered])];
  const isAligned = lengths.every(({ length }) => length === places.length);
  const isAffordable = places.every(
    ({ priceMinor }, index) => sum(discounts.map(({ perPlace }) => perPlace[index]!)) <= priceMinor,
  );
  const isCounted = discounts.every(
    ({ amountMinor, perPlace, covered }) =>
      amountMinor === sum(perPlace) &&
      covered.includes(true) &&
      perPlace.every((amount, index) => amount === 0 || (amount > 0 && covered[index])),
  );
  if (!isAligned || !isAffordable || !isCounted) throw new Error('these discounts are not of this basket');
}
