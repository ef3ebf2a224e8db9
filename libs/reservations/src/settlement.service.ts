import { Inject, Injectable } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { Clock } from '#kernel';
import { Atomically, AtomicallyTogether, Database, DomainEvents, LOG } from '#platform';
import { FundsService, type Part, PaymentCaptured, PaymentChargedBack, RefundReason } from '#payments';
import { PromoCodeNotValid, PromosService } from '#promos';
import { Locks, type Sale } from './locks.js';
import { Order, OrderState } from './order.entity.js';
import {
  OrderApproved,
  OrderChargedBack,
  OrderEnded,
  OrderExchanged,
  OrderPaid,
  OrderRefused,
} from './reservation.events.js';
import { Reservation, ReservationState } from './reservation.entity.js';
import { SaleService } from './sale.service.js';
import { SeatOffersService } from './seat-offers.service.js';
import { TicketGone } from './ticket-gone.js';

/**
 * What money does to its order, in the transaction in which it becomes known. Enough and in time: the places are sold.
 * Late: they are taken again if all are free, or equivalent ones are offered. Whatever is left over, for whatever reason, goes back. It looks at what
 * there is and not at what has just happened, so it may run any number of times.
 */
@Injectable()
export class SettlementService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly locks: Locks,
    private readonly funds: FundsService,
    private readonly sale: SaleService,
    private readonly promos: PromosService,
    private readonly seatOffers: SeatOffersService,
    private readonly events: DomainEvents,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  @AtomicallyTogether(PaymentCaptured)
  async onCaptured(captured: PaymentCaptured[]): Promise<void> {
    await this.settle(captured.map(({ reference }) => reference));
  }

  /** There may be nothing to pay. */
  @Atomically(OrderApproved)
  async onApproved({ orderId }: OrderApproved): Promise<void> {
    await this.settle([orderId]);
  }

  /** What had come in for an order that came to nothing was too little, or too late. */
  @Atomically(OrderEnded)
  async onEnded({ orderId, outcome }: OrderEnded): Promise<void> {
    const { currency } = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    const reason = outcome === 'CANCELLED' ? RefundReason.NOT_WANTED : RefundReason.TOO_LITTLE;
    await this.funds.returnOpen(orderId, currency, reason);
    await this.promos.giveBack(orderId);
  }

  /** The bank has taken back what paid for these orders. */
  @Atomically(PaymentChargedBack)
  async onChargedBack({ paymentId }: PaymentChargedBack): Promise<void> {
    const orders = await this.database.query<{ id: string }>(
      `UPDATE orders SET state = 'CHARGED_BACK', ended_at = $2 WHERE state = 'PAID'
         AND id IN (SELECT reference FROM payment_applications WHERE payment_id = $1 AND applied_minor > 0) RETURNING id`,
      [paymentId, this.clock.now()],
    );
    if (orders.length > 0) await this.locks.shared(orders.map(({ id }) => id));
    for (const { id } of orders) await this.events.publish(new OrderChargedBack(id));
  }

  /** Orders whose money is still waited for. */
  async waiting(orderIds: string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM orders WHERE id = ANY($1::uuid[]) AND state = 'PENDING'`,
      [orderIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Decides about everything that is open for these orders. Those for which just what was asked for has come in while
   * their places are held are sold together; of the others each is decided about by itself.
   */
  async settle(orderIds: string[]): Promise<void> {
    const wanted = new Set(orderIds);
    const found = await this.locks.orders([...wanted]);
    if (found.length < wanted.size) throw new Error(`not all of these are orders: ${orderIds.join()}`);
    const open = await this.funds.openParts(found.map(({ order }) => order.id));
    const isOpen = await this.sale.open(found.map(({ order }) => order.bookableId));
    const simple = found.filter((one) => isSimple(one, open.get(one.order.id)) && isOpen.has(one.order.bookableId));
    if (simple.length < found.length) await this.locks.shared([...wanted]);
    await this.paid(simple);
    for (const { order, reservation } of found.filter((one) => !simple.includes(one)))
      await this.settleOne(order, reservation);
  }

  private async settleOne(order: Order, reservation: Reservation): Promise<void> {
    const orderId = order.id;
    await this.funds.returnForeign(orderId, order.currency);
    // What comes in while the passenger decides waits for the answer, too.
    if (order.state === OrderState.OFFERED) return;
    const isOpen = order.state === OrderState.PENDING || order.state === OrderState.EXPIRED;
    if (!isOpen) return await this.sendBack(order);
    const open = await this.funds.open(orderId, order.currency);
    if (open < order.dueMinor) {
      // The rest may follow while the places are held.
      if (order.state === OrderState.EXPIRED)
        await this.funds.returnOpen(orderId, order.currency, RefundReason.TOO_LITTLE);
      return;
    }
    const isSold = await this.database.tentatively(
      async () =>
        (await this.sale.sell(order, reservation)) && (await this.hasItsPromos(order)) && (await this.exchange(order)),
    );
    if (!isSold) return await this.refuse(order, reservation);
    await this.paid([{ order, reservation }]);
    await this.funds.returnOpen(orderId, order.currency, RefundReason.TOO_MUCH);
  }

  /** What it gave back when it lapsed may be somebody else's by now, and then its price is not what was agreed. */
  private async hasItsPromos({ id, state }: Order): Promise<boolean> {
    if (state !== OrderState.EXPIRED) return true;
    try {
      await this.promos.reclaim(id);
      return true;
    } catch (error) {
      if (error instanceof PromoCodeNotValid) return false;
      throw error;
    }
  }

  /** The tickets that are given for it end, and what they count for pays for it. @returns false when one has ended already */
  private async exchange(order: Order): Promise<boolean> {
    const { id, exchangeOf, exchangedTicketIds, creditMinor, totalMinor } = order;
    if (exchangeOf === null) return true;
    const movedMinor = Math.min(creditMinor, totalMinor);
    try {
      await this.events.publish(new OrderExchanged(id, exchangeOf, exchangedTicketIds, creditMinor, movedMinor));
    } catch (error) {
      if (error instanceof TicketGone) return false;
      throw error;
    }
    await this.funds.move(exchangeOf, id, movedMinor);
    await this.funds.refund(exchangeOf, creditMinor - movedMinor, `exchange:${id}`, RefundReason.EXCHANGED);
    return true;
  }

  /** What is held becomes sold last: only from then on does anybody else wait for the same trip. */
  private async paid(sales: Sale[]): Promise<void> {
    if (sales.length === 0) return;
    const now = this.clock.now();
    await this.funds.apply(
      sales.map(({ order: { id, dueMinor, currency } }) => ({ reference: id, amountMinor: dueMinor, currency })),
    );
    await this.database.query(`UPDATE reservations SET state = 'CONVERTED', ended_at = $2 WHERE id = ANY($1::uuid[])`, [
      sales.map(({ reservation }) => reservation.id),
      now,
    ]);
    const orderIds = sales.map(({ order }) => order.id);
    await this.database.query(
      `UPDATE orders SET state = 'PAID', paid_at = $2, ended_at = NULL WHERE id = ANY($1::uuid[])`,
      [orderIds, now],
    );
    await this.events.publishAll(orderIds.map((id) => new OrderPaid(id)));
    await this.sale.sellHeld(sales.map(({ reservation }) => reservation));
  }

  /** The places have gone. What came in waits while others like them are offered. */
  private async refuse(order: Order, reservation: Reservation): Promise<void> {
    if (await this.seatOffers.offer(order, reservation, () => this.hasItsPromos(order))) return;
    this.log.warn({ orderId: order.id }, 'a payment cannot be honoured; it goes back');
    await this.sale.giveUp(reservation);
    await this.end(order, 'TOO_LATE');
    await this.funds.returnOpen(order.id, order.currency, RefundReason.TOO_LATE);
    await this.promos.giveBack(order.id);
  }

  private async sendBack(order: Order): Promise<void> {
    const reason = order.state === OrderState.PAID ? RefundReason.TWICE : RefundReason.NOT_WANTED;
    const returned = await this.funds.returnOpen(order.id, order.currency, reason);
    if (returned > 0 && order.state === OrderState.CANCELLED) await this.end(order, 'CANCELLED');
  }

  private async end({ id }: Order, reason: OrderRefused['reason']): Promise<void> {
    await this.database.repository(Order).update({ id }, { state: OrderState.REFUNDED, endedAt: this.clock.now() });
    await this.events.publish(new OrderRefused(id, reason));
  }
}

/** Nothing but what was asked for, and nothing else to decide. */
function isSimple({ order, reservation }: Sale, parts: Part[] | undefined): boolean {
  const open = parts?.reduce((sum, part) => (part.currency === order.currency ? sum + part.minor : NaN), 0) ?? 0;
  const isHeld = order.state === OrderState.PENDING && reservation.state === ReservationState.ACTIVE;
  return isHeld && order.exchangeOf === null && open === order.dueMinor;
}
