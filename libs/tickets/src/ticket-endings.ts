import { Injectable } from '@nestjs/common';
import { DomainEvents } from '#platform';
import { FundsService, RefundReason } from '#payments';
import { PromosService } from '#promos';
import { ReleasesService } from '#reservations';
import { TicketCancelled } from './ticket.events.js';
import type { Ticket } from './ticket.entity.js';
import { TicketState } from './ticket.entity.js';
import { TicketLedger } from './ticket-ledger.js';

/** What has to be known of a ticket to end it. */
export type EndingTicket = Pick<Ticket, 'id' | 'orderId' | 'reservationId' | 'lineItemId'>;

/** Paid tickets that end before they were used, for whatever reason. In the transaction of the caller. */
@Injectable()
export class TicketEndings {
  constructor(
    private readonly ledger: TicketLedger,
    private readonly releases: ReleasesService,
    private readonly promos: PromosService,
    private readonly funds: FundsService,
    private readonly events: DomainEvents,
  ) {}

  /** Its code is refused and its place is free. @returns false when it was used or had ended already */
  async end({ id, reservationId, lineItemId }: EndingTicket, actor: string): Promise<boolean> {
    const [moved] = await this.ledger.move({ ticketId: id }, TicketState.CANCELLED, actor);
    if (!moved) return false;
    await this.releases.releaseSold(reservationId, lineItemId);
    return true;
  }

  /** After it has ended: its part of a promo and so much money go back, and the passenger is told. */
  async payBack({ id, orderId, lineItemId }: EndingTicket, amountMinor: number, reason: RefundReason): Promise<void> {
    await this.promos.giveBackPlaces(orderId, [lineItemId]);
    await this.funds.refund(orderId, amountMinor, `ticket:${id}`, reason);
    const isCalledOff = reason === RefundReason.CANCELLED_BY_ORGANISER;
    await this.events.publish(new TicketCancelled(id, amountMinor, isCalledOff));
  }
}
