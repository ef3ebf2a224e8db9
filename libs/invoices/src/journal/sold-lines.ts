import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { Refund } from '#payments';
import { LineItem, Order, OrderChargedBack } from '#reservations';
import { Ticket } from '#tickets';
import { type Parts, type SoldLine, giftOf, reversalsOf } from './parts.js';

/** How much of a line is taken back. */
export interface Reversal {
  line: LineItem;
  parts: Parts;
}

/** What was sold in an order, and what of it is taken back when money goes back or pays for something else. */
@Injectable()
export class SoldLines {
  constructor(private readonly database: Database) {}

  async of(orderId: string): Promise<LineItem[]> {
    return await this.database.repository(LineItem).find({ where: { orderId }, order: { position: 'ASC' } });
  }

  /** Of several orders. */
  async ofOrders(orderIds: string[]): Promise<{ orderId: string; currency: string; lines: SoldLine[] }[]> {
    return await this.database.query(
      `SELECT o.id AS "orderId", o.currency, jsonb_agg(jsonb_build_object('priceMinor', l.price_minor, 'discountMinor', l.discount_minor,
         'feeMinor', l.fee_minor, 'taxMinor', l.tax_minor, 'totalMinor', l.total_minor, 'taxIncluded', l.tax_included, 'tax', l.tax) ORDER BY l.position) AS lines
       FROM orders o JOIN line_items l ON l.order_id = o.id WHERE o.id = ANY($1::uuid[]) GROUP BY o.id ORDER BY o.id`,
      [orderIds],
    );
  }

  /**
   * What a refund takes back: of its ticket, of the tickets that were exchanged, or of all lines of its order from the
   * first to the last, after what was taken back of them before. Nothing for money that never paid for anything.
   */
  async takenBackBy({ id, reference, reasonKey, amountMinor }: Refund): Promise<Reversal[]> {
    if (reference === null) return [];
    // A refund has a key for each payment that it is taken from: `ticket:<id>`, `ticket:<id>#2`.
    const [, key, kind, subject] = /^((ticket|exchange):([0-9a-f-]{36}))(?:#\d+)?$/.exec(reasonKey) ?? [];
    if (kind === 'ticket') {
      const lines = await this.ofTickets([subject!]);
      return taken(lines, await this.refunded(id, key!), amountMinor);
    }
    if (kind === 'exchange') {
      const { exchangedTicketIds, movedMinor } = await this.exchange(subject!);
      const lines = await this.ofTickets(exchangedTicketIds);
      return taken(lines, movedMinor + (await this.refunded(id, key!)), amountMinor);
    }
    const [before] = await this.database.query<{ sum: number }>(
      `SELECT coalesce(sum(amount_minor), 0)::integer AS sum FROM refunds WHERE reference = $1 AND id < $2`,
      [reference, id],
    );
    return taken(await this.of(reference), before!.sum, amountMinor);
  }

  /** What is taken back of exchanged tickets because it pays for their new order. */
  async exchangedFor(orderId: string): Promise<Reversal[]> {
    const { exchangedTicketIds, movedMinor } = await this.exchange(orderId);
    return taken(await this.ofTickets(exchangedTicketIds), 0, movedMinor);
  }

  /** What is taken back of tickets that cost nothing after their discount: no money can go back for them. */
  async gifts(ticketIds: string[]): Promise<{ ticketId: string; orderId: string; parts: Parts }[]> {
    const rows = await this.database.query<LineItem & { ticketId: string }>(
      `SELECT t.id AS "ticketId", l.order_id AS "orderId", l.price_minor AS "priceMinor", l.discount_minor AS "discountMinor", l.fee_minor AS "feeMinor",
         l.tax_minor AS "taxMinor", l.tax_included AS "taxIncluded", l.tax, l.total_minor AS "totalMinor"
       FROM tickets t JOIN line_items l ON l.id = t.line_item_id
       WHERE t.id = ANY($1::uuid[]) AND l.discount_minor > 0 AND l.price_minor = l.discount_minor ORDER BY t.id`,
      [ticketIds],
    );
    return rows.map((row) => ({ ticketId: row.ticketId, orderId: row.orderId, parts: giftOf(row) }));
  }

  /**
   * What is taken back of an order of which a bank took money back, after so much was taken back of it for money that a
   * bank took before: of the tickets that ended by it unused, from the first to the last, never more than was lost.
   */
  async lost(orderId: string, beforeMinor: number, lostMinor: number): Promise<Reversal[]> {
    const revoked = await this.database.query<{ id: string }>(
      `SELECT DISTINCT m.ticket_id AS id FROM tickets t JOIN ticket_moves m ON m.ticket_id = t.id AND m.actor = $2 WHERE t.order_id = $1`,
      [orderId, OrderChargedBack.type],
    );
    if (revoked.length === 0) return [];
    const lines = await this.ofTickets(revoked.map(({ id }) => id));
    const sold = lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
    return taken(lines, beforeMinor, Math.min(lostMinor, sold - beforeMinor));
  }

  private async ofTickets(ticketIds: string[]): Promise<LineItem[]> {
    const tickets = await this.database.repository(Ticket).findBy(ticketIds.map((id) => ({ id })));
    return await this.database
      .repository(LineItem)
      .find({ where: tickets.map(({ lineItemId: id }) => ({ id })), order: { position: 'ASC' } });
  }

  private async exchange(orderId: string): Promise<{ exchangedTicketIds: string[]; movedMinor: number }> {
    const { exchangedTicketIds, creditMinor, totalMinor } = await this.database
      .repository(Order)
      .findOneByOrFail({ id: orderId });
    return { exchangedTicketIds, movedMinor: Math.min(creditMinor, totalMinor) };
  }

  /** By the parts of a refund before this one. */
  private async refunded(id: string, key: string): Promise<number> {
    const [before] = await this.database.query<{ sum: number }>(
      `SELECT coalesce(sum(amount_minor), 0)::integer AS sum FROM refunds
       WHERE (reason_key = $1 OR reason_key LIKE $1 || '#%') AND id < $2 AND payment_id IN (SELECT payment_id FROM payment_applications
         WHERE reference = (SELECT reference FROM refunds WHERE id = $2))`,
      [key, id],
    );
    return before!.sum;
  }
}

function taken(lines: LineItem[], beforeMinor: number, amountMinor: number): Reversal[] {
  const parts = reversalsOf(lines, beforeMinor, amountMinor);
  return lines.flatMap((line, index) => {
    const isTouched = Object.values(parts[index]!).some((amount) => amount !== 0);
    return isTouched ? [{ line, parts: parts[index]! }] : [];
  });
}
