import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database } from '#platform';
import { BookableState } from '#catalogue';
import { Inventory } from './inventory/inventory.js';
import { Offers } from './inventory/offers.js';
import type { Order } from './order.entity.js';
import { ReleasesService } from './releases.service.js';
import { Reservation, ReservationState } from './reservation.entity.js';

/** The places of an order become sold ones, in the open transaction. */
@Injectable()
export class SaleService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly offers: Offers,
    private readonly inventory: Inventory,
    private readonly releases: ReleasesService,
  ) {}

  /** @returns false when one of the places has gone, or nothing is sold here any more */
  async sell(order: Order, reservation: Reservation): Promise<boolean> {
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

  /** What it still holds is for others. */
  async giveUp(reservation: Reservation): Promise<void> {
    if (reservation.state !== ReservationState.ACTIVE) return;
    await this.database
      .repository(Reservation)
      .update({ id: reservation.id }, { state: ReservationState.EXPIRED, endedAt: this.clock.now() });
    await this.inventory.free([reservation]);
  }
}
