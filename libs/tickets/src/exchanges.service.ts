import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Atomically, Database, badInput, notFound } from '#platform';
import { AccountsService, type Principal, authorize } from '#identity';
import {
  BookingSessionService,
  CheckOutService,
  type Exchange,
  Order,
  OrderExchanged,
  OrderState,
  QuotingService,
  type Reservation,
  TicketGone,
} from '#reservations';
import { type ExchangeOffer, type ExchangeOfferInput, type ExchangeTicketsInput } from './exchange.type.js';
import { paidLines } from './paid-lines.js';
import { TicketNotValid, TooLate } from './ticket.refusals.js';
import { Ticket, TicketState } from './ticket.entity.js';
import { TicketEndings } from './ticket-endings.js';

/**
 * Tickets for other tickets: the new places are held like any others, the old tickets count for what was paid for them.
 * The old ones end and the new ones begin in one transaction, when what is missing is paid; until then nothing changes.
 */
@Injectable()
export class ExchangesService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly accounts: AccountsService,
    private readonly endings: TicketEndings,
    private readonly sessions: BookingSessionService,
    private readonly quoting: QuotingService,
    private readonly checkOuts: CheckOutService,
  ) {}

  /** @throws TicketNotValid, TooLate, ReservationEnded, PromoCodeUnknown, PromoCodeNotValid */
  async offer(principal: Principal, input: ExchangeOfferInput): Promise<ExchangeOffer> {
    const { exchange, reservation } = await this.exchange(principal, input);
    this.sessions.mustBeActive(reservation);
    const email = (await this.accounts.find(principal.userId))?.email ?? null;
    const quote = await this.quoting.quote(reservation, { userId: principal.userId, email }, input.promoCode);
    const { creditMinor } = exchange;
    return {
      creditMinor,
      payMinor: Math.max(0, quote.totalMinor - creditMinor),
      refundMinor: Math.max(0, creditMinor - quote.totalMinor),
      quote,
    };
  }

  /**
   * Places the order for the new places. With nothing to pay the exchange is done; otherwise when it is paid.
   * @throws as `offer`, and TotalChanged, QuoteOutdated, LimitExceeded
   */
  async exchangeTickets(principal: Principal, input: ExchangeTicketsInput): Promise<Order> {
    const { exchange, done } = await this.exchange(principal, input);
    if (done && done.state !== OrderState.PENDING) return done;
    const { reservationId, sessionToken, promoCode, quoteId, idempotencyKey, expectedPayMinor } = input;
    const checkOut = { reservationId, sessionToken, promoCode, quoteId, idempotencyKey };
    return await this.checkOuts.checkOut(principal, { ...checkOut, expectedDueMinor: expectedPayMinor }, exchange);
  }

  /** All of them, or the exchange does not take place. @throws TicketGone */
  @Atomically(OrderExchanged)
  async giveUp({ orderId, ticketIds }: OrderExchanged): Promise<void> {
    for (const id of ticketIds.toSorted()) {
      const ticket = await this.database.repository(Ticket).findOneByOrFail({ id });
      if (!(await this.endings.end(ticket, `exchange:${orderId}`)))
        throw new TicketGone(`ticket ${id} is not valid any more`);
    }
  }

  private async exchange(
    principal: Principal,
    { ticketIds, reservationId, sessionToken }: ExchangeOfferInput,
  ): Promise<{ exchange: Exchange; reservation: Reservation; done?: Order }> {
    const reservation = await this.sessions.read(principal, reservationId, sessionToken);
    const wanted = [...new Set(ticketIds.map((id) => id.toLowerCase()))].toSorted();
    const tickets = await this.own(principal, wanted);
    const done = await this.database.repository(Order).findOneBy({ reservationId });
    // Asked again when it is done: its tickets are not valid any more, and that is right.
    if (done && done.exchangedTicketIds.join() === wanted.join())
      return {
        reservation,
        done,
        exchange: {
          fromOrderId: done.exchangeOf!,
          fromReservationId: tickets[0]!.reservationId,
          ticketIds: wanted,
          creditMinor: done.creditMinor,
        },
      };
    this.mustBeValid(tickets);
    if (done) throw badInput('This reservation has been checked out already.', 'reservationId');
    const order = await this.database.repository(Order).findOneByOrFail({ id: tickets[0]!.orderId });
    if (order.organizationId !== reservation.organizationId)
      throw badInput('Tickets can be exchanged for places of the same organization.', 'reservationId');
    const creditMinor = await this.credit(order, wanted);
    const { id: fromOrderId, reservationId: fromReservationId } = order;
    return { reservation, exchange: { fromOrderId, fromReservationId, ticketIds: wanted, creditMinor } };
  }

  private async own(principal: Principal, wanted: string[]): Promise<Ticket[]> {
    const tickets = await this.database.repository(Ticket).createQueryBuilder('ticket').whereInIds(wanted).getMany();
    for (const id of wanted) {
      const ticket = tickets.find((one) => one.id === id);
      if (!ticket) throw notFound('ticket', id);
      authorize('ticket.exchange', principal, { ownerId: ticket.userId });
    }
    if (new Set(tickets.map(({ orderId }) => orderId)).size !== 1)
      throw badInput('Name tickets of one order.', 'ticketIds');
    return tickets;
  }

  private mustBeValid(tickets: Ticket[]): void {
    const now = this.clock.now();
    for (const { state, startsAt } of tickets) {
      if (state !== TicketState.PAID) throw new TicketNotValid(state);
      if (startsAt <= now) throw new TooLate('It has left or started already; it is too late to exchange it.');
    }
  }

  /** What was paid for them; a fee that is never given back stays paid. */
  private async credit({ refundTerms: { feeRefundable } }: Order, ticketIds: string[]): Promise<number> {
    const lines = await paidLines(this.database, ticketIds);
    return lines.reduce((sum, { totalMinor, feeMinor }) => sum + totalMinor - (feeRefundable ? 0 : feeMinor), 0);
  }
}
