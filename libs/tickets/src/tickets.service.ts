import { Injectable } from '@nestjs/common';
import { Clock, refundDue } from '#kernel';
import { Database, DomainEvents, DownloadLinks, Idempotency, notFound } from '#platform';
import { type Principal, authorize } from '#identity';
import { OrganizationsService } from '#catalogue';
import { RefundsService } from '#payments';
import { ReleasesService } from '#reservations';
import { DownloadLink } from './download-link.type.js';
import type { AttendeeInput } from './ticket.inputs.js';
import { AttendeeChanged, TicketCancelled } from './ticket.events.js';
import { DocumentNotReady, TicketNotValid, TooLate } from './ticket.refusals.js';
import { Ticket, TicketState } from './ticket.entity.js';
import { TicketLedger } from './ticket-ledger.js';

/** What people do with their tickets. */
@Injectable()
export class TicketsService {
  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly ledger: TicketLedger,
    private readonly organizations: OrganizationsService,
    private readonly releases: ReleasesService,
    private readonly refunds: RefundsService,
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

  /**
   * Gives a paid ticket back: its place is free at once, and what the organization's terms give back is asked for.
   * The same key again gives the same ticket again.
   * @throws TicketNotValid, TooLate
   */
  async cancel(ticket: Ticket, principal: Principal, key?: string): Promise<Ticket> {
    authorize('ticket.cancel', principal, { organizationId: ticket.organizationId, ownerId: ticket.userId });
    await this.idempotency.once(`ticket:${ticket.id}`, key, 'cancel', () => this.giveBack(ticket, principal));
    return await this.get(ticket.id);
  }

  private async giveBack(ticket: Ticket, principal: Principal): Promise<void> {
    const now = this.clock.now();
    if (ticket.state === TicketState.PAID && ticket.startsAt <= now)
      throw new TooLate('It has left or started already; this ticket cannot be given back.');
    const { refundTerms } = await this.organizations.get(ticket.organizationId);
    const refundMinor = refundDue(refundTerms, ticket.priceMinor, ticket.startsAt, now);
    const [moved] = await this.ledger.move({ ticketId: ticket.id }, TicketState.CANCELLED, principal.userId);
    if (!moved) throw new TicketNotValid((await this.get(ticket.id)).state);
    await this.releases.releaseSold(ticket.reservationId, ticket.lineItemId);
    await this.refunds.request(ticket.orderId, refundMinor, `ticket:${ticket.id}`);
    await this.events.publish(new TicketCancelled(ticket.id, refundMinor));
  }
}
