import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, DomainEvents, DownloadLinks, notFound } from '#platform';
import { DownloadLink } from './download-link.type.js';
import type { AttendeeInput } from './ticket.inputs.js';
import { AttendeeChanged } from './ticket.events.js';
import { DocumentNotReady, TicketNotValid } from './ticket.refusals.js';
import { Ticket, TicketState } from './ticket.entity.js';

/** What people do with their tickets. */
@Injectable()
export class TicketsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: DomainEvents,
    private readonly links: DownloadLinks,
  ) {}

  /** @throws NOT_FOUND */
  async get(id: string): Promise<Ticket> {
    const ticket = await this.database.repository(Ticket).findOneBy({ id });
    if (!ticket) throw notFound('ticket', id);
    return ticket;
  }

  async byNumber(number: string): Promise<Ticket | null> {
    return await this.database.repository(Ticket).findOneBy({ number: number.trim().toUpperCase() });
  }

  /** Newest first. */
  async of(userId: string, first: number): Promise<Ticket[]> {
    return await this.database
      .repository(Ticket)
      .find({ where: { userId }, order: { createdAt: 'DESC', id: 'ASC' }, take: first });
  }

  async ofOrder(orderId: string): Promise<Ticket[]> {
    return await this.database.repository(Ticket).find({ where: { orderId }, order: { lineItemId: 'ASC' } });
  }

  /** Those that somebody else has than who bought them. */
  async passedOn(tickets: Ticket[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT ticket_id AS id FROM ticket_transfers WHERE ticket_id = ANY($1::uuid[])`,
      [tickets.map(({ id }) => id)],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Paid and not over, the soonest first. */
  async upcoming(userId: string): Promise<Ticket[]> {
    const rows = await this.database
      .repository(Ticket)
      .find({ where: { userId, state: TicketState.PAID }, order: { startsAt: 'ASC' } });
    return rows.filter(({ endsAt }) => endsAt > this.clock.now());
  }

  /** A link that works for some minutes. @throws DocumentNotReady, TicketNotValid */
  download(ticket: Ticket): DownloadLink {
    if (ticket.state !== TicketState.PAID && ticket.state !== TicketState.USED) throw new TicketNotValid(ticket.state);
    if (!ticket.documentKey) throw new DocumentNotReady();
    return Object.assign(new DownloadLink(), this.links.create(ticket.documentKey, `ticket-${ticket.number}.pdf`));
  }

  /** @throws TicketNotValid for a ticket that is used, cancelled or not paid */
  async setAttendee(ticket: Ticket, input: AttendeeInput): Promise<Ticket> {
    const changed = await this.database.transaction(async () => {
      const rows = await this.database.query<{ id: string }>(
        `UPDATE tickets SET attendee_name = $2, attendee_email = $3, attendee_phone = $4 WHERE id = $1 AND state = 'PAID' RETURNING id`,
        [ticket.id, input.name, input.email, input.phone ?? null],
      );
      if (rows.length > 0) await this.events.publish(new AttendeeChanged(ticket.id, ticket.orderId));
      return rows;
    });
    const current = await this.get(ticket.id);
    if (changed.length === 0) throw new TicketNotValid(current.state);
    return current;
  }
}
