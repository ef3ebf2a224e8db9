import { Injectable } from '@nestjs/common';
import { Clock, newId, newNumber } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { PromosService } from '#promos';
import { ApprovalsService } from './approvals.service.js';
import { LineItem, Order, OrderState } from './order.entity.js';
import type { Quote } from './quote.entity.js';
import { QuotingService } from './quoting.service.js';
import { OrderPlaced } from './reservation.events.js';
import type { CheckOutInput, ContactInput } from './reservation.inputs.js';
import { LimitExceeded, QuoteOutdated } from './reservation.refusals.js';
import type { Reservation } from './reservation.entity.js';

/** Tickets of a paid order that are given for the new one. */
export interface Exchange {
  fromOrderId: string;
  ticketIds: string[];
  creditMinor: number;
}

/** Writes an order: what was quoted, with its promos claimed and its tickets prepared. */
@Injectable()
export class OrderPlacement {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly quoting: QuotingService,
    private readonly promos: PromosService,
    private readonly approvals: ApprovalsService,
    private readonly events: DomainEvents,
  ) {}

  /** In the open transaction, with the reservation locked. @throws LimitExceeded, QuoteOutdated, PromoCodeUnknown, PromoCodeNotValid */
  async place(
    reservation: Reservation,
    contact: ContactInput,
    { quoteId, promoCode }: Pick<CheckOutInput, 'quoteId' | 'promoCode'>,
    exchange?: Exchange,
  ): Promise<Order> {
    await this.checkGroups(reservation.id);
    const customer = { userId: reservation.userId, email: contact.email };
    const quote =
      quoteId === undefined
        ? await this.quoting.quote(reservation, customer, promoCode)
        : await this.quoting.find(quoteId, reservation);
    if (!quote) throw new QuoteOutdated();
    const { order, lines } = await this.insert(reservation, contact, quote, exchange);
    if (order.state === OrderState.AWAITING_APPROVAL) await this.approvals.hold(reservation);
    await this.events.publish(new OrderPlaced(order.id));
    if (quote.discounts.length === 0) return order;
    const basket = await this.quoting.basket(reservation, quote.currency, quote.lines, customer);
    const lineIds = lines.map(({ id }) => id);
    await this.promos.claim(order.id, basket, quote.discounts, lineIds);
    return order;
  }

  private async insert(
    reservation: Reservation,
    contact: ContactInput,
    quote: Quote,
    exchange: Exchange | undefined,
  ): Promise<{ order: Order; lines: LineItem[] }> {
    const order = Object.assign(new Order(), {
      id: newId(),
      number: newNumber(),
      reservationId: reservation.id,
      bookableId: reservation.bookableId,
      organizationId: reservation.organizationId,
      userId: reservation.userId,
      name: contact.name,
      email: contact.email,
      phone: contact.phone ?? null,
      currency: quote.currency,
      totalMinor: quote.totalMinor,
      taxIncluded: quote.taxIncluded,
      refundTerms: quote.refundTerms,
      promoCode: quote.promoCode,
      exchangeOf: exchange?.fromOrderId ?? null,
      exchangedTicketIds: exchange?.ticketIds ?? [],
      creditMinor: exchange?.creditMinor ?? 0,
      state: (await this.approvals.isNeeded(reservation.id)) ? OrderState.AWAITING_APPROVAL : OrderState.PENDING,
      createdAt: this.clock.now(),
      paidAt: null,
      endedAt: null,
    });
    await this.database.repository(Order).insert(order);
    const lines: LineItem[] = quote.lines.map((line, position) => ({
      id: newId(),
      orderId: order.id,
      position,
      taxIncluded: quote.taxIncluded,
      ...line,
    }));
    await this.database.repository(LineItem).insert(lines);
    return { order, lines };
  }

  /** A tier may be sold only to so many at once; places may have been given back since it was reserved. */
  private async checkGroups(reservationId: string): Promise<void> {
    const [short] = await this.database.query<{ name: string; least: number }>(
      `SELECT t.name, t.min_per_order AS least FROM reservation_places p JOIN tiers t ON t.id = p.tier_id
       WHERE p.reservation_id = $1 GROUP BY t.id HAVING count(*) < t.min_per_order ORDER BY t.position LIMIT 1`,
      [reservationId],
    );
    if (short) throw new LimitExceeded(`At least ${short.least} places of ${short.name} in one order.`);
  }
}
