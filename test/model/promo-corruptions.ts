import type { Corruption } from './corruptions.js';

const id = (last: number): string => `00000000-0000-4000-8000-00000000010${last}`;
const [PROMO, USE, ORDER] = [id(0), id(1), id(2)];

/** A promo that one order has for two places, as it should be. */
const SOUND = `
  INSERT INTO promos (id, organization_id, code, name, kind, percent_bps, most_uses_per_customer, uses, places_used, budget_used_minor, created_at)
    VALUES ('${PROMO}', '${id(9)}', 'TENTH', 'A promo', 'PERCENT', 1000, 1, 1, 2, 150, now());
  INSERT INTO promo_uses (id, promo_id, order_id, customer, places, amount_minor, state, claimed_at)
    VALUES ('${USE}', '${PROMO}', '${ORDER}', 'somebody', 2, 150, 'CLAIMED', now());
  INSERT INTO promo_shares (use_id, line_item_id, amount_minor, state)
    VALUES ('${USE}', '${id(3)}', 100, 'CLAIMED'), ('${USE}', '${id(4)}', 50, 'CLAIMED');
  INSERT INTO promo_customers (promo_id, customer, uses) VALUES ('${PROMO}', 'somebody', 1);`;

/** What is wrong, what is done to it, and what the auditor says: the invariant and what it names. */
const WRONG: [what: string, sql: string, invariant?: string, subject?: string][] = [
  ['all is well with a promo', ''],
  ['a promo counts a use that is not there', 'UPDATE promos SET uses = 2', 'promo-counters-differ', `promo ${PROMO}`],
  [
    'a promo counts fewer places than have it',
    'UPDATE promos SET places_used = 1',
    'promo-counters-differ',
    `promo ${PROMO}`,
  ],
  [
    'a promo has cost more than it counts',
    'UPDATE promos SET budget_used_minor = 149',
    'promo-counters-differ',
    `promo ${PROMO}`,
  ],
  [
    'a customer uses a promo more often than is counted',
    'UPDATE promo_customers SET uses = 0',
    'promo-customer-counter-differs',
    `promo ${PROMO} customer somebody`,
  ],
  [
    'a customer is not counted at all',
    'DELETE FROM promo_customers',
    'promo-customer-counter-differs',
    `promo ${PROMO} customer somebody`,
  ],
  [
    'more places have a promo than may',
    'ALTER TABLE promos DROP CONSTRAINT promos_places_within_limit; UPDATE promos SET most_places = 1',
    'promo-over-limit',
    `promo ${PROMO}`,
  ],
  [
    'a customer uses a promo more often than anybody may',
    `INSERT INTO promo_uses (id, promo_id, order_id, customer, places, amount_minor, state, claimed_at)
       VALUES ('${id(5)}', '${PROMO}', '${id(6)}', 'somebody', 1, 0, 'CLAIMED', now());
     INSERT INTO promo_shares (use_id, line_item_id, amount_minor, state) VALUES ('${id(5)}', '${id(7)}', 0, 'CLAIMED');
     UPDATE promos SET uses = 2, places_used = 3; UPDATE promo_customers SET uses = 2`,
    'promo-over-limit',
    `promo ${PROMO} customer somebody`,
  ],
  [
    'the shares of a use are not what was claimed',
    'UPDATE promo_uses SET amount_minor = 151',
    'promo-shares-differ-from-use',
    `use ${USE}`,
  ],
  [
    'a use went back and its places did not',
    `UPDATE promo_uses SET state = 'RETURNED', returned_at = now(); UPDATE promos SET uses = 0; UPDATE promo_customers SET uses = 0`,
    'promo-use-and-shares-disagree',
    `use ${USE} RETURNED`,
  ],
  [
    'all places of a use went back and it did not',
    `UPDATE promo_shares SET state = 'RETURNED'; UPDATE promos SET places_used = 0, budget_used_minor = 0`,
    'promo-use-and-shares-disagree',
    `use ${USE} CLAIMED`,
  ],
];

/** Ways to break each invariant of promos. */
export const PROMO_CORRUPTIONS: Corruption[] = WRONG.map(([what, sql, invariant, subject]) => ({
  what,
  sql: () => `${SOUND} ${sql}`,
  finds: () => (invariant && subject ? [[invariant, [subject]]] : []),
}));
