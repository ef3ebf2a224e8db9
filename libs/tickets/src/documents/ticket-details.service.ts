import { Injectable } from '@nestjs/common';
import type { RefundTerms } from '#kernel';
import { Database } from '#platform';
import type { Ticket } from '../ticket.entity.js';

/** A ticket with all that a person needs to read about it: what stands on paper, in a message, in a calendar. */
export interface TicketDetails {
  ticket: Ticket;
  orderNumber: string;
  /** The operator or promoter. */
  organizationName: string;
  organizationEmail: string | null;
  kind: 'TRIP' | 'EVENT';
  /** Of the trip or event. */
  title: string;
  /** Address of the venue; null for a trip. */
  address: string | null;
  /** IANA zone of the place where it ends, in which `ticket.endsAt` is shown. */
  endsTimeZone: string;
  refundTerms: RefundTerms;
}

type Row = Omit<TicketDetails, 'ticket'> & { id: string };

@Injectable()
export class TicketDetailsService {
  constructor(private readonly database: Database) {}

  /** In the order of `tickets`. */
  async of(tickets: Ticket[]): Promise<TicketDetails[]> {
    if (tickets.length === 0) return [];
    const rows = await this.database.query<Row>(
      `SELECT t.id, o.number AS "orderNumber", g.name AS "organizationName", g.email AS "organizationEmail",
         b.kind, b.title, v.address, coalesce(destination.time_zone, b.time_zone) AS "endsTimeZone",
         o.refund_terms AS "refundTerms"
       FROM tickets t
       JOIN orders o ON o.id = t.order_id JOIN organizations g ON g.id = t.organization_id
       JOIN bookables b ON b.id = t.bookable_id
       LEFT JOIN trip_calls leave ON leave.trip_id = b.id AND leave.position = t.to_position
       LEFT JOIN stops destination ON destination.id = leave.stop_id
       LEFT JOIN events e ON e.bookable_id = b.id LEFT JOIN venues v ON v.id = e.venue_id
       WHERE t.id = ANY($1::uuid[])`,
      [tickets.map(({ id }) => id)],
    );
    const byId = new Map(rows.map(({ id, ...row }) => [id, row]));
    return tickets.map((ticket) => ({ ...byId.get(ticket.id)!, ticket }));
  }
}
