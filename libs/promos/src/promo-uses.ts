import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database } from '#platform';
import { sum } from './discounts.js';
import type { PromoAudience } from './promo.entity.js';

interface Use {
  id: string;
  promoId: string;
  customer: string;
}

/** What a promo is claimed for: the part of each place, by line item. */
export interface Claim {
  promoId: string;
  organizationId: string;
  orderId: string;
  customer: string;
  /** To which the customer belongs. */
  audiences: PromoAudience[];
  shares: { lineItemId: string; amountMinor: number }[];
}

/** How claiming ended. Anything but CLAIMED and KNOWN must roll the transaction back. */
export type Claimed = 'CLAIMED' | 'KNOWN' | 'GONE' | 'ALREADY_USED';

/**
 * The counters of promos. Each moves by one conditional statement: nothing is read first. All run in the transaction of
 * the caller; the row of the promo is locked until that ends, so those of several promos are taken in the order of ids.
 */
@Injectable()
export class PromoUses {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Locks promos in the one order, so that several can be counted in one transaction. */
  async lockPromos(ids: string[]): Promise<void> {
    await this.database.query(`SELECT FROM promos WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, [ids]);
  }

  /** Locks whatever promos these orders have or had. */
  async lockPromosOf(orderIds: string[]): Promise<void> {
    await this.database.query(
      `SELECT FROM promos WHERE id IN (SELECT promo_id FROM promo_uses WHERE order_id = ANY($1::uuid[]))
       ORDER BY id FOR NO KEY UPDATE`,
      [orderIds],
    );
  }

  /** An order that has this promo already is KNOWN: nothing is counted again, also after it was given back. */
  async claim({ promoId, organizationId, orderId, customer, audiences, shares }: Claim): Promise<Claimed> {
    const now = this.clock.now();
    const amountMinor = sum(shares.map((share) => share.amountMinor));
    const [use] = await this.database.query<{ id: string }>(
      `INSERT INTO promo_uses (id, promo_id, order_id, customer, places, amount_minor, state, claimed_at)
       VALUES ($1, $2, $3, $4, $5, $6, 'CLAIMED', $7) ON CONFLICT (order_id, promo_id) DO NOTHING RETURNING id`,
      [newId(), promoId, orderId, customer, shares.length, amountMinor, now],
    );
    if (!use) return 'KNOWN';
    await this.database.query(
      `INSERT INTO promo_shares (use_id, line_item_id, amount_minor, state)
       SELECT $1, line_item_id, amount_minor, 'CLAIMED' FROM unnest($2::uuid[], $3::int[]) AS s (line_item_id, amount_minor)`,
      [use.id, shares.map(({ lineItemId }) => lineItemId), shares.map((share) => share.amountMinor)],
    );
    const counted = await this.database.query<{ perCustomer: number | null }>(
      `UPDATE promos SET uses = uses + 1, places_used = places_used + $2, budget_used_minor = budget_used_minor + $3
       WHERE id = $1 AND organization_id = $4 AND active
         AND (starts_at IS NULL OR starts_at <= $5) AND (ends_at IS NULL OR ends_at > $5)
         AND audience = ANY($6)
         AND (most_uses IS NULL OR uses < most_uses)
         AND (most_places IS NULL OR places_used + $2 <= most_places)
         AND (budget_minor IS NULL OR budget_used_minor + $3 <= budget_minor)
       RETURNING most_uses_per_customer AS "perCustomer"`,
      [promoId, shares.length, amountMinor, organizationId, now, audiences],
    );
    if (!counted[0]) return 'GONE';
    return await this.countCustomer(promoId, customer, counted[0].perCustomer);
  }

  /** Takes up again what an order gave back, for a payment that came late: only the limits count, not the window. */
  async reclaim(orderId: string): Promise<{ promoId: string; outcome: Claimed }[]> {
    const outcomes: { promoId: string; outcome: Claimed }[] = [];
    for (const { id, promoId, customer } of await this.lock(orderId, 'RETURNED')) {
      await this.database.query(`UPDATE promo_uses SET state = 'CLAIMED', returned_at = NULL WHERE id = $1`, [id]);
      const shares = await this.database.query<{ amountMinor: number }>(
        `UPDATE promo_shares SET state = 'CLAIMED' WHERE use_id = $1 AND state = 'RETURNED' RETURNING amount_minor AS "amountMinor"`,
        [id],
      );
      const counted = await this.database.query<{ perCustomer: number | null }>(
        `UPDATE promos SET uses = uses + 1, places_used = places_used + $2, budget_used_minor = budget_used_minor + $3
         WHERE id = $1 AND (most_uses IS NULL OR uses < most_uses)
           AND (most_places IS NULL OR places_used + $2 <= most_places)
           AND (budget_minor IS NULL OR budget_used_minor + $3 <= budget_minor)
         RETURNING most_uses_per_customer AS "perCustomer"`,
        [promoId, shares.length, sum(shares.map(({ amountMinor }) => amountMinor))],
      );
      const outcome = counted[0] ? await this.countCustomer(promoId, customer, counted[0].perCustomer) : 'GONE';
      outcomes.push({ promoId, outcome });
    }
    return outcomes;
  }

  /** Gives back the shares of these places, or of all; a use goes back with its last share. Once, however often it is asked. */
  async giveBack(orderId: string, lineItemIds: readonly string[] | null): Promise<void> {
    for (const { id, promoId, customer } of await this.lock(orderId, 'CLAIMED')) {
      const shares = await this.database.query<{ amountMinor: number }>(
        `UPDATE promo_shares SET state = 'RETURNED'
         WHERE use_id = $1 AND state = 'CLAIMED' AND ($2::uuid[] IS NULL OR line_item_id = ANY($2))
         RETURNING amount_minor AS "amountMinor"`,
        [id, lineItemIds],
      );
      if (shares.length === 0) continue;
      const ended = await this.database.query(
        `UPDATE promo_uses u SET state = 'RETURNED', returned_at = $2 WHERE id = $1 AND state = 'CLAIMED'
           AND NOT EXISTS (SELECT FROM promo_shares WHERE use_id = u.id AND state = 'CLAIMED') RETURNING id`,
        [id, this.clock.now()],
      );
      await this.database.query(
        `UPDATE promos SET uses = uses - $2, places_used = places_used - $3, budget_used_minor = budget_used_minor - $4 WHERE id = $1`,
        [promoId, ended.length, shares.length, sum(shares.map(({ amountMinor }) => amountMinor))],
      );
      if (ended.length > 0)
        await this.database.query(`UPDATE promo_customers SET uses = uses - 1 WHERE promo_id = $1 AND customer = $2`, [
          promoId,
          customer,
        ]);
    }
  }

  /** How often a customer uses each of these promos, by promo. */
  async ofCustomer(promoIds: string[], customer: string): Promise<Map<string, number>> {
    const rows = await this.database.query<{ promoId: string; uses: number }>(
      `SELECT promo_id AS "promoId", uses FROM promo_customers WHERE promo_id = ANY($1) AND customer = $2`,
      [promoIds, customer],
    );
    return new Map(rows.map(({ promoId, uses }) => [promoId, uses]));
  }

  private async countCustomer(promoId: string, customer: string, most: number | null): Promise<Claimed> {
    const counted = await this.database.query(
      `INSERT INTO promo_customers (promo_id, customer, uses) VALUES ($1, $2, 1)
       ON CONFLICT (promo_id, customer) DO UPDATE SET uses = promo_customers.uses + 1
         WHERE $3::int IS NULL OR promo_customers.uses < $3 RETURNING uses`,
      [promoId, customer, most],
    );
    return counted.length > 0 ? 'CLAIMED' : 'ALREADY_USED';
  }

  /**
   * The uses of an order in this state, locked: whoever comes second sees what the first did. When there are several
   * promos their rows are locked too, because the parts of an order may come one after the other.
   */
  private async lock(orderId: string, state: 'CLAIMED' | 'RETURNED'): Promise<Use[]> {
    const uses = await this.database.query<Use>(
      `SELECT id, promo_id AS "promoId", customer FROM promo_uses WHERE order_id = $1 AND state = $2 ORDER BY promo_id FOR UPDATE`,
      [orderId, state],
    );
    if (uses.length > 1) await this.lockPromos(uses.map(({ promoId }) => promoId));
    return uses;
  }
}
