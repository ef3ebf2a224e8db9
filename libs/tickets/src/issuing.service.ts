import { Injectable } from '@nestjs/common';
import { Clock, newId, newNumber } from '#kernel';
import { Atomically, AtomicallyTogether, Database } from '#platform';
import { RefundSettled, RefundsService } from '#payments';
import { OrderEnded, OrderPaid, OrderPlaced, OrderRefused, ReservationAdopted } from '#reservations';
import { Ticket, TicketState } from './ticket.entity.js';
import { TicketLedger } from './ticket-ledger.js';

/** Tickets follow their order, in its transaction: reserved with the check-out, valid with the payment. */
@Injectable()
export class IssuingService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ledger: TicketLedger,
    private readonly refunds: RefundsService,
  ) {}

  @AtomicallyTogether(OrderPlaced)
  async reserve(placed: OrderPlaced[]): Promise<void> {
    const now = this.clock.now();
    const lines = await this.database.query<Partial<Ticket>>(
      `SELECT o.id AS "orderId", l.id AS "lineItemId", o.reservation_id AS "reservationId", o.bookable_id AS "bookableId",
         o.organization_id AS "organizationId", o.user_id AS "userId", l.seat_id AS "seatId", l.area_id AS "areaId", coalesce(s.label, a.name) AS "seatLabel", t.name AS "tierName",
         r.from_position AS "fromPosition", r.to_position AS "toPosition",
         coalesce(origin.name, v.name) AS "fromName", destination.name AS "toName",
         coalesce(board.departs_at, b.starts_at) AS "startsAt", coalesce(leave.arrives_at, b.ends_at) AS "endsAt",
         coalesce(origin.time_zone, b.time_zone) AS "timeZone", l.total_minor AS "priceMinor", o.currency,
         o.name AS "attendeeName", o.email AS "attendeeEmail", o.phone AS "attendeePhone"
       FROM orders o
       JOIN line_items l ON l.order_id = o.id LEFT JOIN seats s ON s.id = l.seat_id LEFT JOIN areas a ON a.id = l.area_id JOIN tiers t ON t.id = l.tier_id
       JOIN reservations r ON r.id = o.reservation_id JOIN bookables b ON b.id = o.bookable_id
       LEFT JOIN trip_calls board ON board.trip_id = b.id AND board.position = r.from_position
       LEFT JOIN stops origin ON origin.id = board.stop_id
       LEFT JOIN trip_calls leave ON leave.trip_id = b.id AND leave.position = r.to_position
       LEFT JOIN stops destination ON destination.id = leave.stop_id
       LEFT JOIN events e ON e.bookable_id = b.id LEFT JOIN venues v ON v.id = e.venue_id
       WHERE o.id = ANY($1::uuid[]) ORDER BY o.id, l.position`,
      [placed.map(({ orderId }) => orderId)],
    );
    const tickets = lines.map((line) => ({
      id: newId(),
      number: newNumber(),
      state: TicketState.RESERVED,
      createdAt: now,
      changedAt: now,
      ...line,
    }));
    await this.database.insert(Ticket, tickets);
  }

  @Atomically(ReservationAdopted)
  async adopt({ reservationId, userId }: ReservationAdopted): Promise<void> {
    await this.database.query(`UPDATE tickets SET user_id = $2 WHERE reservation_id = $1 AND user_id IS NULL`, [
      reservationId,
      userId,
    ]);
  }

  @AtomicallyTogether(OrderPaid)
  async validate(paid: OrderPaid[]): Promise<void> {
    await this.ledger.move({ orderIds: paid.map(({ orderId }) => orderId) }, TicketState.PAID, OrderPaid.type);
  }

  @Atomically(OrderEnded)
  async end({ orderId, outcome }: OrderEnded): Promise<void> {
    await this.ledger.move({ orderIds: [orderId] }, TicketState[outcome], OrderEnded.type);
  }

  /** Paid too late: tickets that were still reserved come to nothing. */
  @Atomically(OrderRefused)
  async refuse({ orderId }: OrderRefused): Promise<void> {
    await this.ledger.move({ orderIds: [orderId] }, TicketState.EXPIRED, OrderRefused.type);
  }

  @Atomically(RefundSettled)
  async refund({ reasonKey }: RefundSettled): Promise<void> {
    // A refund from several payments has a key for each part.
    const [, key, ticketId] = /^(ticket:([^#]+))/.exec(reasonKey) ?? [];
    if (key && ticketId && (await this.refunds.isSettled(key)))
      await this.ledger.move({ ticketId }, TicketState.REFUNDED, RefundSettled.type);
  }
}
