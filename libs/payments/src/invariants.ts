import type { Invariant } from '#platform';

/** What holds of money at every moment: each unit that came in is in one place, and every place says the same. */
export const PAYMENT_INVARIANTS: Invariant[] = [
  {
    name: 'payment-applied-differs',
    sql: `SELECT 'payment ' || p.id || ': ' || p.applied_minor || ', ' || coalesce(a.sum, 0) AS subject
          FROM payments p LEFT JOIN (SELECT payment_id, sum(applied_minor) AS sum FROM payment_applications GROUP BY 1) a ON a.payment_id = p.id
          WHERE p.applied_minor <> coalesce(a.sum, 0)`,
  },
  {
    name: 'payment-returned-differs',
    sql: `SELECT 'payment ' || p.id || ': ' || p.returned_minor || ', ' || coalesce(r.sum, 0) AS subject
          FROM payments p LEFT JOIN (SELECT payment_id, sum(amount_minor) AS sum FROM refunds WHERE reference IS NULL GROUP BY 1) r ON r.payment_id = p.id
          WHERE p.returned_minor <> coalesce(r.sum, 0)`,
  },
  {
    name: 'payment-refunded-differs',
    sql: `SELECT 'payment ' || payment_id || ' for ' || reference || ': ' || coalesce(a.refunded_minor, 0) || ', ' || coalesce(r.sum, 0) AS subject
          FROM payment_applications a
          FULL JOIN (SELECT payment_id, reference, sum(amount_minor) AS sum FROM refunds WHERE reference IS NOT NULL GROUP BY 1, 2) r USING (payment_id, reference)
          WHERE coalesce(a.refunded_minor, 0) <> coalesce(r.sum, 0)`,
  },
  {
    name: 'payment-overspent',
    sql: `SELECT 'payment ' || id || ': ' || captured_minor || ' came in, ' || applied_minor + returned_minor || ' were used' AS subject
          FROM payments WHERE applied_minor + returned_minor > captured_minor`,
  },
  {
    name: 'payment-dispute-differs',
    sql: `SELECT 'payment ' || id || ' ' || state || ', dispute ' || coalesce(dispute, 'none') AS subject FROM payments
          WHERE (captured_minor > 0 AND dispute IS NOT DISTINCT FROM 'OPEN') <> (state = 'DISPUTED')
            OR (captured_minor > 0 AND dispute IS NOT DISTINCT FROM 'LOST') <> (state = 'CHARGED_BACK')`,
  },
  {
    name: 'refund-in-another-currency',
    sql: `SELECT 'refund ' || r.id || ': ' || r.currency || ' of ' || coalesce(p.captured_currency, 'nothing') AS subject
          FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.currency IS DISTINCT FROM p.captured_currency`,
  },
];
