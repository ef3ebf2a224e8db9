import type { Invariant } from '#platform';

/** What holds of promos at every moment. */
export const PROMO_INVARIANTS: Invariant[] = [
  {
    name: 'promo-counters-differ',
    sql: `SELECT 'promo ' || p.id AS subject FROM promos p
          LEFT JOIN (SELECT promo_id, count(*) AS uses FROM promo_uses WHERE state = 'CLAIMED' GROUP BY 1) u ON u.promo_id = p.id
          LEFT JOIN (SELECT u.promo_id, count(*) AS places, sum(s.amount_minor) AS amount
                     FROM promo_shares s JOIN promo_uses u ON u.id = s.use_id WHERE s.state = 'CLAIMED' GROUP BY 1) s ON s.promo_id = p.id
          WHERE (p.uses, p.places_used, p.budget_used_minor)
             <> (coalesce(u.uses, 0), coalesce(s.places, 0), coalesce(s.amount, 0))`,
  },
  {
    name: 'promo-customer-counter-differs',
    sql: `SELECT 'promo ' || coalesce(c.promo_id, u.promo_id) || ' customer ' || coalesce(c.customer, u.customer) AS subject
          FROM promo_customers c
          FULL JOIN (SELECT promo_id, customer, count(*) AS uses FROM promo_uses WHERE state = 'CLAIMED' GROUP BY 1, 2) u
            ON u.promo_id = c.promo_id AND u.customer = c.customer
          WHERE coalesce(c.uses, 0) <> coalesce(u.uses, 0)`,
  },
  {
    name: 'promo-over-limit',
    sql: `SELECT 'promo ' || id AS subject FROM promos
            WHERE uses > most_uses OR places_used > most_places OR budget_used_minor > budget_minor
          UNION ALL SELECT 'promo ' || p.id || ' customer ' || c.customer
            FROM promos p JOIN promo_customers c ON c.promo_id = p.id WHERE c.uses > p.most_uses_per_customer`,
  },
  {
    name: 'promo-shares-differ-from-use',
    sql: `SELECT 'use ' || u.id AS subject FROM promo_uses u
          LEFT JOIN (SELECT use_id, count(*) AS places, sum(amount_minor) AS amount FROM promo_shares GROUP BY 1) s ON s.use_id = u.id
          WHERE (u.places, u.amount_minor) <> (coalesce(s.places, 0), coalesce(s.amount, 0))`,
  },
  {
    // A use goes back with its last share: neither can be without the other.
    name: 'promo-use-and-shares-disagree',
    sql: `SELECT 'use ' || u.id || ' ' || u.state AS subject FROM promo_uses u
          LEFT JOIN (SELECT DISTINCT use_id FROM promo_shares WHERE state = 'CLAIMED') s ON s.use_id = u.id
          WHERE (u.state = 'CLAIMED') <> (s.use_id IS NOT NULL)`,
  },
];
