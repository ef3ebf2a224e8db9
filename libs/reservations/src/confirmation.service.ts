import { Inject, Injectable } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { Clock } from '#kernel';
import { Atomically, Database, DomainEvents, LOG } from '#platform';
import { BookableState, BookablesService } from '#catalogue';
import { PaymentCaptured, RefundsService } from '#payments';
import { LiveMap } from './live-map.js';
import { LineItem, Order, OrderState } from './order.entity.js';
import { OrderPaid, OrderRefused } from './reservation.events.js';
import { Reservation, ReservationState } from './reservation.entity.js';
import { SeatClaims } from './seat-claims.js';

/**
 * What a payment does to its order, in the transaction of the webhook. In time: the seats are sold. Late: they are
 * taken again if all are free. Otherwise, or twice: the money goes back.
 */
@Injectable()
export class ConfirmationService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly bookables: BookablesService,
    private readonly refunds: RefundsService,
    private readonly claims: SeatClaims,
    private readonly liveMap: LiveMap,
    private readonly events: DomainEvents,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  @Atomically(PaymentCaptured)
  async onCaptured({ paymentId, reference }: PaymentCaptured): Promise<void> {
    if (await this.confirm(reference)) return;
    const { totalMinor } = await this.database.repository(Order).findOneByOrFail({ id: reference });
    this.log.warn({ orderId: reference, paymentId }, 'payment cannot be honoured; it goes back');
    await this.refunds.requestOf(paymentId, totalMinor, `order:${reference}:${paymentId}`);
  }

  /** @returns false when the seats cannot be given: taken by others, cancelled, left, or the order is paid already */
  async confirm(orderId: string): Promise<boolean> {
    const unlocked = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    // The reservation first, then its order: the same as the sweep and the passenger's cancellation do.
    const reservation = await this.database
      .repository(Reservation)
      .findOneOrFail({ where: { id: unlocked.reservationId }, lock: { mode: 'pessimistic_write' } });
    const order = await this.database
      .repository(Order)
      .findOneOrFail({ where: { id: orderId }, lock: { mode: 'pessimistic_write' } });
    if (order.state === OrderState.PAID || order.state === OrderState.REFUNDED) return false;
    const seatIds = order.state === OrderState.CANCELLED ? undefined : await this.sellSeats(order, reservation);
    const now = this.clock.now();
    if (!seatIds) {
      await this.liveMap.changed(order.bookableId, await this.claims.release(reservation.id));
      if (reservation.state === ReservationState.ACTIVE) {
        await this.database
          .repository(Reservation)
          .update({ id: reservation.id }, { state: ReservationState.EXPIRED, endedAt: now });
      }
      await this.database.repository(Order).update({ id: orderId }, { state: OrderState.REFUNDED, endedAt: now });
      await this.events.publish(new OrderRefused(orderId));
      return false;
    }
    await this.database
      .repository(Reservation)
      .update({ id: reservation.id }, { state: ReservationState.CONVERTED, endedAt: now });
    await this.database
      .repository(Order)
      .update({ id: orderId }, { state: OrderState.PAID, paidAt: now, endedAt: null });
    await this.liveMap.changed(order.bookableId, seatIds);
    await this.events.publish(new OrderPaid(orderId));
    return true;
  }

  /** @returns the seats of the order, all sold to it; `undefined` when one of them has gone */
  private async sellSeats(order: Order, reservation: Reservation): Promise<string[] | undefined> {
    const bookable = await this.bookables.get(order.bookableId);
    if (bookable.state !== BookableState.PUBLISHED || bookable.endsAt <= this.clock.now()) return undefined;
    const items = await this.database.repository(LineItem).findBy({ orderId: order.id });
    const kept = new Set(await this.claims.sell(reservation.id));
    const missing = items.filter(({ seatId }) => !kept.has(seatId));
    const retaken =
      missing.length > 0
        ? await this.claims.claim(reservation.id, order.bookableId, reservation.legs, missing, null)
        : [];
    if (retaken.length < missing.length) return undefined;
    // Seats that were taken again count against their tier again.
    if (missing.length > 0 && (await this.claims.overdrawn(missing.map(({ tierId }) => tierId)))) return undefined;
    return [...kept, ...retaken];
  }
}
