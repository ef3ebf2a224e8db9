import type { Database } from '#platform';
import { type RefundTerms, withItsTax } from '#kernel';

/** What was paid for a ticket, and on which terms. */
export interface PaidLine {
  ticketId: string;
  totalMinor: number;
  /** With its tax. */
  feeMinor: number;
  terms: RefundTerms;
}

interface Row extends PaidLine {
  priceMinor: number;
  taxMinor: number;
  taxIncluded: boolean;
}

export async function paidLines(database: Database, ticketIds: string[]): Promise<PaidLine[]> {
  const rows = await database.query<Row>(
    `SELECT t.id AS "ticketId", l.total_minor AS "totalMinor", l.fee_minor AS "feeMinor", l.price_minor - l.discount_minor AS "priceMinor",
       l.tax_minor AS "taxMinor", l.tax_included AS "taxIncluded", o.refund_terms AS terms
     FROM tickets t JOIN line_items l ON l.id = t.line_item_id JOIN orders o ON o.id = t.order_id WHERE t.id = ANY($1::uuid[])`,
    [ticketIds],
  );
  return rows.map(({ ticketId, totalMinor, feeMinor, priceMinor, taxMinor, taxIncluded, terms }) => ({
    ticketId,
    totalMinor,
    feeMinor: withItsTax(feeMinor, priceMinor, taxMinor, taxIncluded),
    terms,
  }));
}
