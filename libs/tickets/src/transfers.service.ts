import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database, DomainEvents, Idempotency, badInput } from '#platform';
import { AccountsService, type Principal, type User, authorize } from '#identity';
import { AttendeeChanged, TicketTransferred } from './ticket.events.js';
import type { TransferTicketInput } from './ticket.inputs.js';
import { NotTransferable, RecipientUnknown, TicketNotValid, TooLate } from './ticket.refusals.js';
import { Ticket, TicketState } from './ticket.entity.js';

/** A ticket as it changed hands. */
interface Transferred {
  orderId: string;
  serial: number;
}

/** Tickets that change hands: the code of before is dead at once, and every owner stays on record. */
@Injectable()
export class TransfersService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly idempotency: Idempotency,
    private readonly accounts: AccountsService,
    private readonly events: DomainEvents,
  ) {}

  /**
   * Gives a valid ticket to another account. The same key again gives the same ticket again.
   * @throws TicketNotValid, NotTransferable, RecipientUnknown, TooLate; FORBIDDEN for whoever does not own it
   */
  async transfer(
    principal: Principal,
    ticket: Ticket,
    { email, idempotencyKey }: TransferTicketInput,
  ): Promise<Ticket> {
    const request = { what: 'transfer', email };
    // The repeated request comes from somebody who owns it no longer.
    await this.idempotency.once(`transfer:${ticket.id}:${principal.userId}`, idempotencyKey, request, async () => {
      authorize('ticket.transfer', principal, { ownerId: ticket.userId });
      const recipient = await this.accounts.findByEmail(email);
      if (!recipient) throw new RecipientUnknown();
      if (recipient.id === ticket.userId) throw badInput('The ticket is theirs already.', 'email');
      await this.handOver(ticket, recipient);
    });
    return await this.database.repository(Ticket).findOneByOrFail({ id: ticket.id });
  }

  private async handOver(ticket: Ticket, recipient: User): Promise<void> {
    const now = this.clock.now();
    const [moved] = await this.database.query<Transferred>(
      `UPDATE tickets t SET user_id = $3, serial = t.serial + 1, document_key = NULL,
         attendee_name = $4, attendee_email = $5, attendee_phone = $6
       FROM line_items l JOIN tiers r ON r.id = l.tier_id
       WHERE t.id = $1 AND t.user_id = $2 AND t.state = 'PAID' AND t.starts_at > $7 AND l.id = t.line_item_id AND r.transferable
       RETURNING t.order_id AS "orderId", t.serial - 1 AS serial`,
      [ticket.id, ticket.userId, recipient.id, recipient.name, recipient.email, recipient.phone, now],
    );
    if (!moved) throw await this.reason(ticket.id, now);
    await this.database.query(
      `INSERT INTO ticket_transfers (id, ticket_id, from_user_id, to_user_id, serial, transferred_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [newId(), ticket.id, ticket.userId, recipient.id, moved.serial, now],
    );
    await this.events.publish(new AttendeeChanged(ticket.id, moved.orderId));
    await this.events.publish(new TicketTransferred(ticket.id, ticket.userId!, recipient.id));
  }

  /** Why it did not move. */
  private async reason(id: string, now: Date): Promise<TicketNotValid | TooLate | NotTransferable> {
    const { state, startsAt } = await this.database.repository(Ticket).findOneByOrFail({ id });
    if (state !== TicketState.PAID) return new TicketNotValid(state);
    if (startsAt <= now) return new TooLate('It has left or started already; this ticket cannot be passed on.');
    return new NotTransferable();
  }
}
