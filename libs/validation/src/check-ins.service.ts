import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database } from '#platform';
import { type Principal, authorize } from '#identity';
import { type Bookable, BookablesService, OrganizationsService } from '#catalogue';
import { QrTokens, Ticket, TicketLedger, TicketState } from '#tickets';
import {
  AlreadyUsed,
  ForgedCode,
  CancelledTicket,
  ExpiredTicket,
  TooEarly,
  UnknownCode,
  WrongBookable,
  WrongStop,
} from './check-in.refusals.js';
import { CheckIn } from './check-in.type.js';
import type { ScanInput } from './scan.input.js';

/** A late coach still takes its passengers. */
const CLOSES_AFTER_HOURS = 12;
const HOUR_MS = 3_600_000;

/** Scanning at the door. However many gates scan one ticket at the same moment, one lets the passenger in. */
@Injectable()
export class CheckInsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly qrTokens: QrTokens,
    private readonly ledger: TicketLedger,
    private readonly bookables: BookablesService,
    private readonly organizations: OrganizationsService,
  ) {}

  /** @throws one of the refusals that say why not; FORBIDDEN for a gate of another organization */
  async scan(principal: Principal, input: ScanInput): Promise<CheckIn> {
    const bookable = await this.bookables.get(input.bookableId);
    authorize('ticket.scan', principal, { organizationId: bookable.organizationId });
    const ticket = await this.read(input.code, bookable);
    if (input.position !== undefined && ticket.fromPosition !== input.position) throw new WrongStop(ticket.fromName);
    const now = this.clock.now();
    const { boardingOpensHours } = await this.organizations.get(bookable.organizationId);
    const opensAt = new Date(ticket.startsAt.getTime() - boardingOpensHours * HOUR_MS);
    if (now < opensAt && ticket.state === TicketState.PAID) throw new TooEarly(opensAt);
    if (now.getTime() > ticket.endsAt.getTime() + CLOSES_AFTER_HOURS * HOUR_MS)
      throw new ExpiredTicket('This ticket was for a time that is over.');
    return await this.database.transaction(async () => {
      const [used] = await this.ledger.move({ ticketId: ticket.id }, TicketState.USED, principal.userId);
      if (!used) throw await this.whyNot(ticket.id);
      await this.database.query(
        `INSERT INTO check_ins (id, ticket_id, bookable_id, user_id, gate, scanned_at) VALUES ($1, $2, $3, $4, $5, $6)`,
        [newId(), ticket.id, bookable.id, principal.userId, input.gate ?? null, now],
      );
      const current = await this.database.repository(Ticket).findOneByOrFail({ id: ticket.id });
      return Object.assign(new CheckIn(), { ticket: current, scannedAt: now });
    });
  }

  private async read(code: string, bookable: Bookable): Promise<Ticket> {
    const claim = this.qrTokens.read(code);
    if (claim === 'foreign') throw new UnknownCode();
    if (claim === 'forged') throw new ForgedCode();
    const ticket = await this.database.repository(Ticket).findOneBy({ id: claim.ticketId });
    if (!ticket) throw new UnknownCode();
    if (ticket.bookableId !== bookable.id) {
      const other = await this.bookables.get(ticket.bookableId);
      // Another organization's ticket is not explained to this gate.
      if (other.organizationId !== bookable.organizationId) throw new UnknownCode();
      throw new WrongBookable(other.title, other.startsAt);
    }
    if (ticket.serial !== claim.serial) throw new CancelledTicket('This code was replaced by a newer one.');
    return ticket;
  }

  private async whyNot(ticketId: string): Promise<object> {
    const [row] = await this.database.query<{ state: TicketState; usedAt: Date | null; gate: string | null }>(
      `SELECT t.state, c.scanned_at AS "usedAt", c.gate FROM tickets t LEFT JOIN check_ins c ON c.ticket_id = t.id WHERE t.id = $1`,
      [ticketId],
    );
    switch (row!.state) {
      case TicketState.USED:
        return new AlreadyUsed(row!.usedAt, row!.gate);
      case TicketState.CANCELLED:
      case TicketState.REFUNDED:
        return new CancelledTicket('This ticket was cancelled.');
      default:
        return new ExpiredTicket('This ticket was not paid.');
    }
  }
}
