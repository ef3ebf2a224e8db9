import type { Invariant } from '#platform';

/** What the entries of each payment, order and refund move on an account. */
const moved = (by: string, account: string, where = 'true'): string =>
  `SELECT e.${by}, e.currency, sum(l.debit_minor - l.credit_minor) AS sum FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id
   WHERE l.account = '${account}' AND e.${by} IS NOT NULL AND ${where} GROUP BY 1, 2`;

/** The fee without its tax: the tax of a line is split by price and fee, the remainder goes to the larger part of a unit. */
const FEES = `l.fee_minor - CASE WHEN l.tax_included AND l.price_minor - l.discount_minor + l.fee_minor > 0 THEN
    l.tax_minor::bigint * l.fee_minor / (l.price_minor - l.discount_minor + l.fee_minor)
    + (l.tax_minor::bigint * l.fee_minor % (l.price_minor - l.discount_minor + l.fee_minor)
       > l.tax_minor::bigint * (l.price_minor - l.discount_minor) % (l.price_minor - l.discount_minor + l.fee_minor))::int ELSE 0 END`;

/** The discount without the tax that would have been in it, rounded half up. */
const RATE = `coalesce((l.tax ->> 'rateBps')::bigint, 0)`;
const DISCOUNTS = `l.discount_minor - CASE WHEN l.tax_included
    THEN (2 * l.discount_minor * ${RATE} + 10000 + ${RATE}) / (2 * (10000 + ${RATE})) ELSE 0 END`;

/** What holds of the journal at every moment: it balances, and says of money what payments, orders and refunds say. */
export const JOURNAL_INVARIANTS: Invariant[] = [
  {
    name: 'journal-unbalanced',
    sql: `SELECT 'entry ' || coalesce(e.id, l.entry_id) || ': ' || coalesce(l.difference::text, 'no lines') AS subject
          FROM journal_entries e FULL JOIN (SELECT entry_id, sum(debit_minor) - sum(credit_minor) AS difference FROM journal_lines GROUP BY 1) l
            ON l.entry_id = e.id
          WHERE e.id IS NULL OR l.difference IS DISTINCT FROM 0`,
  },
  {
    name: 'journal-of-another-organization',
    sql: `SELECT 'entry ' || e.id AS subject FROM journal_entries e LEFT JOIN orders o ON o.id = e.order_id
          WHERE o.organization_id IS DISTINCT FROM e.organization_id`,
  },
  {
    name: 'journal-capture-differs',
    sql: `SELECT 'payment ' || coalesce(p.id, j.payment_id) || ': ' || coalesce(p.captured_minor, 0) || ', ' || coalesce(j.sum, 0) AS subject
          FROM payments p FULL JOIN (${moved('payment_id', 'PROVIDER', `e.kind = 'CAPTURE'`)}) j
            ON j.payment_id = p.id AND j.currency = p.captured_currency
          WHERE coalesce(p.captured_minor, 0) <> coalesce(j.sum, 0)`,
  },
  {
    name: 'journal-sale-differs',
    sql: `SELECT 'order ' || coalesce(o.id, j.order_id) AS subject
          FROM (SELECT o.id, o.currency, o.total_minor, sum(l.tax_minor) AS tax, sum(${FEES}) AS fees, sum(${DISCOUNTS}) AS discounts
                FROM orders o JOIN line_items l ON l.order_id = o.id WHERE o.paid_at IS NOT NULL
                GROUP BY o.id HAVING o.total_minor > 0 OR sum(l.discount_minor) > 0) o
          FULL JOIN (SELECT e.order_id, e.currency, coalesce(sum(l.debit_minor) FILTER (WHERE l.account = 'DEPOSITS'), 0) AS total,
                  coalesce(sum(l.debit_minor) FILTER (WHERE l.account = 'DISCOUNTS'), 0) AS discounts,
                  coalesce(sum(l.credit_minor) FILTER (WHERE l.account = 'TAX'), 0) AS tax,
                  coalesce(sum(l.credit_minor) FILTER (WHERE l.account = 'FEES'), 0) AS fees
                FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id WHERE e.kind = 'SALE' GROUP BY 1, 2) j
            ON j.order_id = o.id AND j.currency = o.currency
          WHERE (o.total_minor, o.tax, o.fees, o.discounts) IS DISTINCT FROM (j.total, j.tax, j.fees, j.discounts)`,
  },
  {
    name: 'journal-refund-differs',
    sql: `SELECT 'refund ' || coalesce(r.id, j.refund_id) AS subject
          FROM refunds r FULL JOIN (SELECT e.refund_id, e.currency, sum(l.credit_minor) FILTER (WHERE l.account = 'REFUNDS_DUE') AS total,
              coalesce(sum(l.debit_minor) FILTER (WHERE l.account = 'DEPOSITS'), 0) AS deposits
            FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id WHERE e.kind IN ('RETURN', 'REFUND') GROUP BY 1, 2) j
            ON j.refund_id = r.id AND j.currency = r.currency
          WHERE (r.amount_minor, CASE WHEN r.reference IS NULL THEN r.amount_minor ELSE 0 END) IS DISTINCT FROM (j.total, j.deposits)`,
  },
  {
    // What an exchange takes back is of the order before, though it is booked with the new one, which it pays for.
    name: 'journal-takes-back-too-much',
    sql: `SELECT 'order ' || s.order_id || ' ' || s.account || ': ' || abs(sum(s.minor)) AS subject
          FROM (SELECT CASE e.kind WHEN 'EXCHANGE' THEN o.exchange_of ELSE o.id END AS order_id, e.currency, l.account, l.debit_minor - l.credit_minor AS minor
                FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id JOIN orders o ON o.id = e.order_id
                WHERE l.account IN ('SALES', 'DISCOUNTS', 'FEES', 'TAX')) s
          GROUP BY s.order_id, s.currency, s.account HAVING sum(s.minor) * CASE s.account WHEN 'DISCOUNTS' THEN -1 ELSE 1 END > 0`,
  },
  {
    // Of unused tickets whose money a bank took what was lost, and of tickets that had cost nothing their discount.
    name: 'journal-reversal-differs',
    sql: `SELECT 'order ' || coalesce(lost.order_id, j.order_id) || ': ' || least(lost.minor, coalesce(revoked.minor, 0)) || ', ' || coalesce(j.minor, 0) AS subject
          FROM (SELECT order_id, sum(least(minor, greatest(lost_minor - before, 0))) AS minor, sum(minor) AS most FROM (
                  SELECT a.reference AS order_id, a.applied_minor - a.refunded_minor AS minor, p.lost_minor,
                    coalesce(sum(a.applied_minor - a.refunded_minor) OVER (PARTITION BY p.id ORDER BY a.reference ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
                  FROM payment_applications a JOIN payments p ON p.id = a.payment_id AND p.state = 'CHARGED_BACK') share GROUP BY 1) lost
          LEFT JOIN (SELECT t.order_id, sum(l.total_minor) AS minor FROM tickets t JOIN line_items l ON l.id = t.line_item_id
                WHERE EXISTS (SELECT FROM ticket_moves m WHERE m.ticket_id = t.id AND m.actor = 'order.charged-back') GROUP BY 1) revoked USING (order_id)
          FULL JOIN (SELECT e.order_id, sum(l.credit_minor) AS minor FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id
                WHERE e.kind = 'REVERSAL' AND l.account = 'CHARGEBACKS' GROUP BY 1) j USING (order_id)
          -- more than is known now may have been lost before
          WHERE coalesce(j.minor, 0) NOT BETWEEN coalesce(least(lost.minor, coalesce(revoked.minor, 0)), 0)
            AND coalesce(least(lost.most, coalesce(revoked.minor, 0)), 0)
          UNION ALL
          SELECT 'ticket ' || t.id FROM tickets t JOIN line_items l ON l.id = t.line_item_id AND l.discount_minor > 0 AND l.price_minor = l.discount_minor
          JOIN orders o ON o.id = t.order_id AND o.paid_at IS NOT NULL
          WHERE (t.state IN ('CANCELLED', 'REFUNDED')) <> EXISTS (SELECT FROM journal_entries e WHERE e.key = 'gift:' || t.id)`,
  },
  {
    name: 'journal-refund-due-differs',
    sql: `SELECT 'refund ' || r.id || ' ' || r.state || ': ' || -coalesce(j.sum, 0) AS subject
          FROM refunds r LEFT JOIN (${moved('refund_id', 'REFUNDS_DUE')}) j ON j.refund_id = r.id AND j.currency = r.currency
          WHERE -coalesce(j.sum, 0) <> CASE WHEN r.state IN ('SUCCEEDED', 'COVERED') THEN 0 ELSE r.amount_minor END`,
  },
  {
    name: 'journal-deposits-differ',
    sql: `SELECT 'order ' || coalesce(p.reference, j.order_id) || ': ' || coalesce(p.open, 0) || ', ' || -coalesce(j.sum, 0) AS subject
          FROM (SELECT reference, captured_currency, sum(captured_minor - applied_minor - returned_minor) AS open
                FROM payments WHERE captured_minor > 0 GROUP BY 1, 2) p
          FULL JOIN (${moved('order_id', 'DEPOSITS')}) j ON j.order_id = p.reference AND j.currency = p.captured_currency
          WHERE coalesce(p.open, 0) <> -coalesce(j.sum, 0)`,
  },
  {
    name: 'journal-provider-differs',
    sql: `SELECT 'payment ' || p.id || ': ' || coalesce(j.sum, 0) AS subject
          FROM payments p
          LEFT JOIN (SELECT payment_id, sum(amount_minor) AS back FROM refunds WHERE state = 'SUCCEEDED' GROUP BY 1) r ON r.payment_id = p.id
          LEFT JOIN (${moved('payment_id', 'PROVIDER')}) j ON j.payment_id = p.id AND j.currency = p.captured_currency
          WHERE p.captured_minor - coalesce(r.back, 0) - CASE p.state WHEN 'CHARGED_BACK' THEN p.lost_minor ELSE 0 END <> coalesce(j.sum, 0)`,
  },
];

/** What holds of invoices at every moment. */
export const INVOICE_INVARIANTS: Invariant[] = [
  {
    name: 'invoice-numbers-with-gaps',
    sql: `SELECT 'organization ' || coalesce(c.organization_id, i.organization_id) || ' ' || coalesce(c.kind, i.kind)
            || ': ' || coalesce(i.count, 0) || ' of ' || coalesce(c.last_number, 0) AS subject
          FROM invoice_counters c
          FULL JOIN (SELECT organization_id, kind, count(DISTINCT number) AS count, max(number) AS last, count(*) AS documents FROM invoices GROUP BY 1, 2) i
            ON (i.organization_id, i.kind) = (c.organization_id, c.kind)
          WHERE (c.last_number, c.last_number, c.last_number) IS DISTINCT FROM (i.count, i.last, i.documents)`,
  },
  {
    name: 'invoice-does-not-add-up',
    sql: `SELECT lower(i.kind) || ' ' || i.id AS subject FROM invoices i
          CROSS JOIN LATERAL (SELECT sum((l ->> 'netMinor')::int) AS net, sum((l ->> 'taxMinor')::int) AS tax FROM jsonb_array_elements(i.lines) l) l
          CROSS JOIN LATERAL (SELECT sum((t ->> 'netMinor')::int) AS net, sum((t ->> 'taxMinor')::int) AS tax FROM jsonb_array_elements(i.taxes) t) t
          WHERE (i.net_minor, i.tax_minor, i.net_minor, i.tax_minor) IS DISTINCT FROM (l.net, l.tax, t.net, t.tax)`,
  },
  {
    // An invoice is its order; what was credited of it is what was refunded, exchanged or lost, and never more than it.
    name: 'invoice-differs',
    sql: `SELECT lower(i.kind) || ' ' || i.id AS subject FROM invoices i LEFT JOIN orders o ON o.id = i.order_id
          LEFT JOIN refunds r ON r.id = i.refund_id LEFT JOIN orders x ON x.id = i.exchange_id
          LEFT JOIN journal_lines lost ON lost.entry_id = i.loss_id AND lost.account = 'CHARGEBACKS'
          WHERE (i.organization_id, i.currency) IS DISTINCT FROM (o.organization_id, o.currency)
            OR i.total_minor IS DISTINCT FROM CASE i.kind WHEN 'INVOICE' THEN o.total_minor ELSE coalesce(r.amount_minor, least(x.credit_minor, x.total_minor), lost.credit_minor) END
          UNION ALL SELECT 'order ' || order_id FROM invoices GROUP BY order_id
            HAVING sum(total_minor) FILTER (WHERE kind = 'CREDIT_NOTE') > coalesce(sum(total_minor) FILTER (WHERE kind = 'INVOICE'), 0)`,
  },
];
