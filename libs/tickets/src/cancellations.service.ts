import { Injectable } from '@nestjs/common';
import { Clock, ticketRefundDue } from '#kernel';
import { Database, Idempotency, badInput, notFound } from '#platform';
import { type Principal, authorize } from '#identity';
import { RefundReason } from '#payments';
import { Locks } from '#reservations';
import { paidLines } from './paid-lines.js';
import { RefundOffer, TicketRefund } from './refund-offer.type.js';
import type { CancelTicketsInput } from './ticket.inputs.js';
import { RefundChanged, TicketNotValid, TooLate } from './ticket.refusals.js';
import { Ticket, TicketState } from './ticket.entity.js';
import { TicketEndings } from './ticket-endings.js';

/** Tickets are given back: what comes back is offered first, then agreed to. */
@Injectable()
export class CancellationsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly idempotency: Idempotency,
    private readonly locks: Locks,
    private readonly endings: TicketEndings,
  ) {}

  /** What would come back for tickets of one order if they were cancelled now. @throws NOT_FOUND, FORBIDDEN, TicketNotValid */
  async offer(principal: Principal, ticketIds: string[]): Promise<RefundOffer> {
    return await this.offerFor(await this.ticketsOf(principal, ticketIds));
  }

  /**
   * Gives paid tickets of one order back, all or none: their places are free at once, and what the terms give back is
   * asked for. The same key again gives the same tickets again.
   * @throws TicketNotValid, TooLate, RefundChanged
   */
  async cancel(
    principal: Principal,
    { ticketIds, expectedRefundMinor, idempotencyKey }: CancelTicketsInput,
  ): Promise<Ticket[]> {
    const tickets = await this.ticketsOf(principal, ticketIds);
    const request = { what: 'cancel', ticketIds: tickets.map(({ id }) => id), expectedRefundMinor };
    const { orderId } = tickets[0]!;
    await this.idempotency.once(`order:${orderId}`, idempotencyKey, request, async () => {
      await this.locks.whole([orderId]);
      const offer = await this.offerFor(tickets);
      if (expectedRefundMinor !== undefined && expectedRefundMinor !== offer.amountMinor)
        throw new RefundChanged(offer.amountMinor);
      for (const refund of offer.tickets) await this.giveBack(refund, principal.userId);
    });
    return await this.ticketsOf(principal, ticketIds);
  }

  private async giveBack({ ticket, amountMinor }: TicketRefund, actor: string): Promise<void> {
    if (!(await this.endings.end(ticket, actor))) throw new TicketNotValid((await this.read([ticket.id]))[0]!.state);
    await this.endings.payBack(ticket, amountMinor, RefundReason.GIVEN_BACK);
  }

  private async offerFor(tickets: Ticket[]): Promise<RefundOffer> {
    const now = this.clock.now();
    const lines = await paidLines(
      this.database,
      tickets.map(({ id }) => id),
    );
    const sold = new Map(lines.map((line) => [line.ticketId, line]));
    const refunds = tickets.map((ticket) => {
      if (ticket.state !== TicketState.PAID) throw new TicketNotValid(ticket.state);
      if (ticket.startsAt <= now)
        throw new TooLate('It has left or started already; this ticket cannot be given back.');
      const paid = sold.get(ticket.id)!;
      return new TicketRefund(ticket, paid, ticketRefundDue(paid.terms, paid, ticket.startsAt, now));
    });
    return new RefundOffer(refunds, sold.get(tickets[0]!.id)!.terms, now);
  }

  private async ticketsOf(principal: Principal, ticketIds: string[]): Promise<Ticket[]> {
    const wanted = [...new Set(ticketIds.map((id) => id.toLowerCase()))].toSorted();
    const tickets = await this.read(wanted);
    for (const id of wanted) {
      const ticket = tickets.find((one) => one.id === id);
      if (!ticket) throw notFound('ticket', id);
      authorize('ticket.cancel', principal, { organizationId: ticket.organizationId, ownerId: ticket.userId });
    }
    if (new Set(tickets.map(({ orderId }) => orderId)).size !== 1)
      throw badInput('Name tickets of one order.', 'ticketIds');
    return tickets;
  }

  private async read(ids: string[]): Promise<Ticket[]> {
    return await this.database
      .repository(Ticket)
      .createQueryBuilder('ticket')
      .whereInIds(ids)
      .orderBy('ticket.id')
      .getMany();
  }
}
