import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { BookableCancelled } from '#catalogue';
import { RefundReason } from '#payments';
import { Locks, ReleasesService } from '#reservations';
import { type EndingTicket, TicketEndings } from './ticket-endings.js';

const BATCH = 100;

type Sold = EndingTicket & { totalMinor: number };

/** How far it is. */
export interface Progress {
  tickets: number;
  cancelled: number;
  refundMinor: number;
  refundedMinor: number;
}

/**
 * Trips and events that do not take place: holds end, and what was paid goes back whole, with every fee. It is done in
 * small transactions, each of which leaves less to do, so it may stop anywhere, and run in several processes.
 */
@Injectable()
export class CalledOffService {
  constructor(
    private readonly database: Database,
    private readonly locks: Locks,
    private readonly releases: ReleasesService,
    private readonly endings: TicketEndings,
  ) {}

  /** @param bookableId without it, of all that do not take place: what was paid while one was called off */
  async payBack(bookableId?: string): Promise<number> {
    let done = 0;
    if (bookableId !== undefined) await this.releases.cancelAll(bookableId);
    for (let orders = await this.next(bookableId); orders.length > 0; orders = await this.next(bookableId)) {
      for (const orderId of orders) done += await this.payBackOrder(orderId);
    }
    return done;
  }

  async progress(bookableId: string): Promise<Progress> {
    const [progress] = await this.database.query<Record<keyof Progress, string>>(
      `SELECT count(*) AS tickets, count(*) FILTER (WHERE t.state IN ('CANCELLED', 'REFUNDED')) AS cancelled,
         coalesce(sum(r.asked), 0) AS "refundMinor", coalesce(sum(r.settled), 0) AS "refundedMinor"
       FROM tickets t JOIN orders o ON o.id = t.order_id AND o.paid_at IS NOT NULL LEFT JOIN LATERAL (
         SELECT sum(f.amount_minor) AS asked, sum(f.amount_minor) FILTER (WHERE f.state IN ('SUCCEEDED', 'COVERED')) AS settled
         FROM refunds f WHERE f.reference = t.order_id AND f.reason = 'CANCELLED_BY_ORGANISER' AND f.reason_key LIKE 'ticket:' || t.id || '%') r ON true
       WHERE t.bookable_id = $1 AND t.state IN ('PAID', 'USED', 'CANCELLED', 'REFUNDED')`,
      [bookableId],
    );
    const { tickets, cancelled, refundMinor, refundedMinor } = progress!;
    return {
      tickets: Number(tickets),
      cancelled: Number(cancelled),
      refundMinor: Number(refundMinor),
      refundedMinor: Number(refundedMinor),
    };
  }

  private async next(bookableId: string | undefined): Promise<string[]> {
    const orders = await this.database.query<{ id: string }>(
      `SELECT DISTINCT t.order_id AS id FROM tickets t JOIN bookables b ON b.id = t.bookable_id
       WHERE t.state = 'PAID' AND b.state = 'CANCELLED' AND ($1::uuid IS NULL OR b.id = $1) ORDER BY id LIMIT ${BATCH}`,
      [bookableId ?? null],
    );
    return orders.map(({ id }) => id);
  }

  private async payBackOrder(orderId: string): Promise<number> {
    return await this.database.transaction(async () => {
      await this.locks.whole([orderId]);
      const tickets = await this.database.query<Sold>(
        `SELECT t.id, t.order_id AS "orderId", t.reservation_id AS "reservationId", t.line_item_id AS "lineItemId", l.total_minor AS "totalMinor"
         FROM tickets t JOIN line_items l ON l.id = t.line_item_id WHERE t.order_id = $1 AND t.state = 'PAID' ORDER BY t.id`,
        [orderId],
      );
      for (const ticket of tickets) await this.payBackTicket(ticket);
      return tickets.length;
    });
  }

  private async payBackTicket(ticket: Sold): Promise<void> {
    // Otherwise it was given back by the passenger, or used, in this moment.
    if (await this.endings.end(ticket, BookableCancelled.type))
      await this.endings.payBack(ticket, ticket.totalMinor, RefundReason.CANCELLED_BY_ORGANISER);
  }
}
