import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Again, Database } from '#platform';
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

  /** Those of these trips and events that are sold now. */
  async open(bookableIds: string[]): Promise<Set<string>> {
    const now = this.clock.now();
    const open = new Set<string>();
    for (const id of new Set(bookableIds)) {
      const { bookable } = await this.offers.current(id);
      if (bookable.state === BookableState.PUBLISHED && bookable.endsAt > now) open.add(id);
    }
    return open;
  }

  /** The seats that these reservations hold are sold ones from now on. */
  async sellHeld(reservations: Reservation[]): Promise<void> {
    await this.inventory.sell(reservations);
  }

  /**
   * Whether the places of a reservation can be sold: those that it has lost are taken again, also from holds whose time
   * is up.
   * @returns false when one of the places has gone, or nothing is sold here any more
   */
  async sell(order: Order, reservation: Reservation): Promise<boolean> {
    if (!(await this.open([order.bookableId])).has(order.bookableId)) return false;
    // Not recorded as expired: nobody else can have its places, whatever the time.
    if (reservation.state === ReservationState.ACTIVE) return true;
    if (reservation.state !== ReservationState.EXPIRED) return false;
    const { layout } = await this.offers.of(order.bookableId);
    const places = (await this.inventory.places(reservation.id)).map((place) => ({
      ...place,
      ordinal: place.seatId === null ? null : layout.seatsById.get(place.seatId)!.ordinal,
    }));
    if (!(await this.inventory.take(reservation, places, null))) return true;
    if (await this.releases.isDue(order.bookableId)) throw new Again(() => this.releases.expireDue(order.bookableId));
    return false;
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
