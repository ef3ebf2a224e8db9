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
          FROM (SELECT o.id, o.currency, o.total_minor, sum(l.tax_minor) AS tax, sum(${FEES}) AS fees
                FROM orders o JOIN line_items l ON l.order_id = o.id WHERE o.paid_at IS NOT NULL AND o.total_minor > 0 GROUP BY o.id) o
          FULL JOIN (SELECT e.order_id, e.currency, sum(l.debit_minor) FILTER (WHERE l.account = 'DEPOSITS') AS total,
                  coalesce(sum(l.credit_minor) FILTER (WHERE l.account = 'TAX'), 0) AS tax,
                  coalesce(sum(l.credit_minor) FILTER (WHERE l.account = 'FEES'), 0) AS fees
                FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id WHERE e.kind = 'SALE' GROUP BY 1, 2) j
            ON j.order_id = o.id AND j.currency = o.currency
          WHERE (o.total_minor, o.tax, o.fees) IS DISTINCT FROM (j.total, j.tax, j.fees)`,
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
          FROM (SELECT p.id, p.captured_currency, p.captured_minor
                  - coalesce((SELECT sum(r.amount_minor) FROM refunds r WHERE r.payment_id = p.id AND r.state = 'SUCCEEDED'), 0)
                  - coalesce((SELECT sum(l.debit_minor) FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id
                              WHERE e.key = 'chargeback:' || p.id AND l.account = 'CHARGEBACKS'), 0) AS there,
                  (p.state = 'CHARGED_BACK') <> EXISTS (SELECT FROM journal_entries e WHERE e.key = 'chargeback:' || p.id) AS is_odd
                FROM payments p) p
          LEFT JOIN (${moved('payment_id', 'PROVIDER')}) j ON j.payment_id = p.id AND j.currency = p.captured_currency
          WHERE p.there <> coalesce(j.sum, 0) OR p.is_odd`,
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
    // An invoice is its order; what was credited of it is what was refunded, and never more than it.
    name: 'invoice-differs',
    sql: `SELECT lower(i.kind) || ' ' || i.id AS subject FROM invoices i LEFT JOIN orders o ON o.id = i.order_id
          LEFT JOIN refunds r ON r.id = i.refund_id LEFT JOIN orders x ON x.id = i.exchange_id
          WHERE (i.organization_id, i.currency) IS DISTINCT FROM (o.organization_id, o.currency)
            OR i.total_minor IS DISTINCT FROM CASE i.kind WHEN 'INVOICE' THEN o.total_minor ELSE coalesce(r.amount_minor, least(x.credit_minor, x.total_minor)) END
          UNION ALL SELECT 'order ' || order_id FROM invoices GROUP BY order_id
            HAVING sum(total_minor) FILTER (WHERE kind = 'CREDIT_NOTE') > coalesce(sum(total_minor) FILTER (WHERE kind = 'INVOICE'), 0)`,
  },
];
