import { Injectable } from '@nestjs/common';
import { Clock, newId, newNumber } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { PromosService } from '#promos';
import { ApprovalsService } from './approvals.service.js';
import { Locks } from './locks.js';
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
  fromReservationId: string;
  ticketIds: string[];
  creditMinor: number;
}

/** An order that is wanted. */
export interface ToPlace {
  reservation: Reservation;
  contact: ContactInput;
  input: Pick<CheckOutInput, 'quoteId' | 'promoCode'>;
  exchange?: Exchange | undefined;
}

interface Placed {
  asked: ToPlace;
  quote: Quote;
  order: Order;
  lines: LineItem[];
}

/** Writes orders: what was quoted, with its promos claimed and its tickets prepared. */
@Injectable()
export class OrderPlacement {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly quoting: QuotingService,
    private readonly promos: PromosService,
    private readonly locks: Locks,
    private readonly approvals: ApprovalsService,
    private readonly events: DomainEvents,
  ) {}

  /**
   * All of them or none, in the open transaction, with the reservations locked.
   * @throws LimitExceeded, QuoteOutdated, PromoCodeUnknown, PromoCodeNotValid
   */
  async place(asked: ToPlace[]): Promise<Order[]> {
    if (asked.length === 0) return [];
    const toApprove = await this.checkTiers(asked.map(({ reservation }) => reservation.id));
    const quotes = await this.quotes(asked);
    const placed = asked.map((one, index) => this.prepare(one, quotes[index]!, toApprove.has(one.reservation.id)));
    const orders = placed.map(({ order }) => order);
    await this.database.insert(Order, orders);
    await this.database.insert(
      LineItem,
      placed.flatMap(({ lines }) => lines),
    );
    await this.events.publishAll(orders.map(({ id }) => new OrderPlaced(id)));
    await this.promos.lock(placed.flatMap(({ quote }) => quote.discounts.map(({ promoId }) => promoId)));
    for (const one of placed) await this.claimPromos(one);
    // What costs nothing is sold in this transaction, too.
    const touching = orders.filter(({ state, dueMinor }) => state !== OrderState.PENDING || dueMinor === 0);
    if (touching.length > 0) await this.locks.shared(touching.map(({ id }) => id));
    for (const { reservation } of asked) if (toApprove.has(reservation.id)) await this.approvals.hold(reservation);
    return orders;
  }

  private async quotes(asked: ToPlace[]): Promise<Quote[]> {
    const found = await this.quoting.find(
      asked.flatMap(({ reservation, input: { quoteId: id } }) => (id === undefined ? [] : [{ id, reservation }])),
    );
    const made = await this.quoting.quoteAll(
      asked.flatMap((one) =>
        one.input.quoteId === undefined
          ? [{ reservation: one.reservation, customer: customerOf(one), promoCode: one.input.promoCode }]
          : [],
      ),
    );
    const quotes = new Map([...found.values(), ...made].map((quote) => [quote.reservationId, quote]));
    return asked.map(({ reservation }) => {
      const quote = quotes.get(reservation.id);
      if (!quote) throw new QuoteOutdated();
      return quote;
    });
  }

  private prepare(asked: ToPlace, quote: Quote, toApprove: boolean): Placed {
    const { reservation, contact, exchange } = asked;
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
      state: toApprove ? OrderState.AWAITING_APPROVAL : OrderState.PENDING,
      createdAt: this.clock.now(),
      paidAt: null,
      endedAt: null,
    });
    const lines: LineItem[] = quote.lines.map((line, position) => ({
      id: newId(),
      orderId: order.id,
      position,
      taxIncluded: quote.taxIncluded,
      ...line,
    }));
    return { asked, quote, order, lines };
  }

  private async claimPromos({ asked, quote, order, lines }: Placed): Promise<void> {
    if (quote.discounts.length === 0) return;
    const basket = await this.quoting.basket(asked.reservation, quote.currency, quote.lines, customerOf(asked));
    const lineIds = lines.map(({ id }) => id);
    await this.promos.claim(order.id, basket, quote.discounts, lineIds);
  }

  /**
   * A tier may be sold only to so many at once; places may have been given back since it was reserved.
   * @returns the reservations that the organiser has to approve
   */
  private async checkTiers(reservationIds: string[]): Promise<Set<string>> {
    const tiers = await this.database.query<{
      id: string;
      name: string;
      least: number;
      count: number;
      approve: boolean;
    }>(
      `SELECT p.reservation_id AS id, t.name, t.min_per_order AS least, t.requires_approval AS approve, count(*)::integer AS count
       FROM reservation_places p JOIN tiers t ON t.id = p.tier_id WHERE p.reservation_id = ANY($1::uuid[])
       GROUP BY p.reservation_id, t.id ORDER BY t.position`,
      [reservationIds],
    );
    const short = tiers.find(({ least, count }) => count < least);
    if (short) throw new LimitExceeded(`At least ${short.least} places of ${short.name} in one order.`);
    return new Set(tiers.filter(({ approve }) => approve).map(({ id }) => id));
  }
}

const customerOf = ({ reservation, contact }: ToPlace): { userId: string | null; email: string } => ({
  userId: reservation.userId,
  email: contact.email,
});
