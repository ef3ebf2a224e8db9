import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { BookableState, BookablesService, OrganizationsService, type Seat } from '#catalogue';
import { isFreeFor } from './best-available.js';
import { equivalentSeats } from './equivalent-seats.js';
import { Inventory } from './inventory/inventory.js';
import { Offers } from './inventory/offers.js';
import { OfferedSeat } from './offered-seat.entity.js';
import { LineItem, Order, OrderState } from './order.entity.js';
import { SeatsOffered } from './reservation.events.js';
import { Reservation, ReservationState } from './reservation.entity.js';
import { SeatPlans } from './seat-plans.js';

/** Seats of an order that others have, by id, and what there is instead. */
type Moves = Map<string, Seat>;

/**
 * Equivalent seats for an order that was paid when some of its own were somebody else's: on the same legs, of the same
 * category and tier, so at the same price, accessible where they were. Seats that are still free are kept. The
 * reservation is taken up again with them and ends by the clock like any other, unless the passenger accepts.
 */
@Injectable()
export class SeatOffersService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly organizations: OrganizationsService,
    private readonly bookables: BookablesService,
    private readonly offers: Offers,
    private readonly plans: SeatPlans,
    private readonly inventory: Inventory,
    private readonly events: DomainEvents,
  ) {}

  /**
   * Holds equivalent seats for an order and offers them, in the open transaction, with reservation and order locked.
   * @param isAffordable claims what the order had given back, last of all; without it the price is another
   * @returns false when nothing can be offered, and nothing was changed
   */
  async offer(order: Order, reservation: Reservation, isAffordable: () => Promise<boolean>): Promise<boolean> {
    // Of an exchange the old tickets are still valid: nobody is without a seat.
    if (order.state !== OrderState.EXPIRED || order.exchangeOf !== null) return false;
    if (reservation.state !== ReservationState.EXPIRED) return false;
    const until = await this.endOf(reservation);
    if (!until) return false;
    return await this.database.tentatively(
      async () => (await this.hold(order, reservation, until)) && (await isAffordable()),
    );
  }

  /** The end of an offer that is made now; `undefined` when there is none. */
  private async endOf({ organizationId, bookableId, legs }: Reservation): Promise<Date | undefined> {
    const { seatOfferMinutes } = await this.organizations.get(organizationId);
    const bookable = await this.bookables.get(bookableId);
    if (seatOfferMinutes === 0 || bookable.state !== BookableState.PUBLISHED) return undefined;
    const starts = await this.bookables.boardingTime(bookable, legs);
    const now = this.clock.now().getTime();
    const end = Math.min(now + seatOfferMinutes * 60_000, starts.getTime());
    return end > now ? new Date(end) : undefined;
  }

  private async hold(order: Order, reservation: Reservation, until: Date): Promise<boolean> {
    const { id, bookableId } = reservation;
    const { layout } = await this.offers.of(bookableId);
    const places = await this.inventory.places(id);
    // From here on nobody else takes what we choose.
    await this.inventory.lock([bookableId]);
    const moves = await this.choose(reservation);
    if (!moves) return false;
    const seatIds = places.map(({ seatId }) => (seatId === null ? null : (moves.get(seatId)?.id ?? seatId)));
    const taken = places.map((place, index) => {
      const seatId = seatIds[index]!;
      return { ...place, ordinal: seatId === null ? null : layout.seatsById.get(seatId)!.ordinal };
    });
    if (await this.inventory.take(reservation, taken, until)) return false;
    await this.database
      .repository(Reservation)
      .update({ id }, { state: ReservationState.ACTIVE, expiresAt: until, endedAt: null, seatIds });
    await this.database.repository(Order).update({ id: order.id }, { state: OrderState.OFFERED, endedAt: null });
    await this.write(order, moves);
    await this.events.publish(new SeatsOffered(order.id));
    return true;
  }

  /** Under the inventory's lock. @returns `undefined` when there is nothing to offer instead of what has gone */
  private async choose({ bookableId, legs: journey, seatIds }: Reservation): Promise<Moves | undefined> {
    const { layout, bookable } = await this.offers.of(bookableId);
    const legs = await this.inventory.legs(bookableId);
    const own = seatIds.flatMap((seatId) => (seatId === null ? [] : layout.seatsById.get(seatId)!));
    const lost = own.filter(({ ordinal }) => !isFreeFor(legs[ordinal]!, journey));
    if (lost.length === 0) return undefined;
    for (const { ordinal } of own) legs[ordinal] = '';
    const found = equivalentSeats(this.plans.of(layout, bookable.kind), legs, journey, lost);
    return found && new Map(lost.map(({ id, ordinal }) => [id, layout.seats[found.get(ordinal)!]!]));
  }

  private async write({ id: orderId }: Order, moves: Moves): Promise<void> {
    const lines = await this.database.repository(LineItem).findBy({ orderId });
    await this.database.repository(OfferedSeat).insert(
      lines.flatMap(({ id: lineItemId, seatId }) => {
        const to = seatId === null ? undefined : moves.get(seatId);
        return to ? [{ lineItemId, orderId, fromSeatId: seatId!, toSeatId: to.id, offeredAt: this.clock.now() }] : [];
      }),
    );
  }
}
