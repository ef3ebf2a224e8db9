import { Inject, Injectable } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { Clock } from '#kernel';
import { Atomically, Database, DomainEvents, LOG } from '#platform';
import { BookableState } from '#catalogue';
import { PaymentCaptured, RefundsService } from '#payments';
import { Inventory } from './inventory/inventory.js';
import { Offers } from './inventory/offers.js';
import { Order, OrderState } from './order.entity.js';
import { ReleasesService } from './releases.service.js';
import { OrderPaid, OrderRefused } from './reservation.events.js';
import { Reservation, ReservationState } from './reservation.entity.js';

/**
 * What a payment does to its order, in the transaction of the webhook. In time: the seats are sold. Late: they are
 * taken again if all are free. Otherwise, or twice: the money goes back.
 */
@Injectable()
export class ConfirmationService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly offers: Offers,
    private readonly refunds: RefundsService,
    private readonly inventory: Inventory,
    private readonly releases: ReleasesService,
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
    const sold = order.state !== OrderState.CANCELLED && (await this.sellPlaces(order, reservation));
    const now = this.clock.now();
    if (!sold) {
      await this.giveUp(reservation);
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
    await this.events.publish(new OrderPaid(orderId));
    return true;
  }

  /** @returns false when one of the places has gone */
  private async sellPlaces(order: Order, reservation: Reservation): Promise<boolean> {
    const { layout, bookable } = await this.offers.current(order.bookableId);
    const now = this.clock.now();
    if (bookable.state !== BookableState.PUBLISHED || bookable.endsAt <= now) return false;
    // Not recorded as expired: nobody else can have its places, whatever the time.
    if (reservation.state === ReservationState.ACTIVE) {
      await this.inventory.sell(reservation.id, order.bookableId);
      return true;
    }
    if (reservation.state !== ReservationState.EXPIRED) return false;
    const places = (await this.inventory.places(reservation.id)).map((place) => ({
      ...place,
      ordinal: place.seatId === null ? null : layout.seatsById.get(place.seatId)!.ordinal,
    }));
    for (;;) {
      const expired = await this.releases.expireDue(order.bookableId);
      const taken = await this.database.tentatively(
        async () => (await this.inventory.take(reservation, places, null)) === undefined,
      );
      // Whatever stands in the way was not due a moment ago.
      if (taken || expired === 0) return taken;
    }
  }

  private async giveUp(reservation: Reservation): Promise<void> {
    if (reservation.state !== ReservationState.ACTIVE) return;
    await this.database
      .repository(Reservation)
      .update({ id: reservation.id }, { state: ReservationState.EXPIRED, endedAt: this.clock.now() });
    await this.inventory.free([reservation]);
  }
}
