import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, busy } from '#platform';
import type { Principal } from '#identity';
import { BookingSessionService } from './booking-session.service.js';
import { Inventory, type Shortage } from './inventory/inventory.js';
import { type Offer, Offers } from './inventory/offers.js';
import { Quotes } from './quotes.js';
import { ReleasesService } from './releases.service.js';
import { LimitExceeded } from './reservation.refusals.js';
import type { AddPlacesInput } from './reservation.inputs.js';
import type { Reservation } from './reservation.entity.js';
import { refusalOf } from './shortages.js';

const MOST_TRIES = 4;

/** There was too little; it may be that only the record of what has ended is missing. */
class Short {
  constructor(
    readonly offer: Offer,
    readonly shortage: Shortage,
  ) {}
}

/** The catalogue has changed since it was priced. */
class Stale {}

/** More places for a reservation that is open. */
@Injectable()
export class AdditionsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sessions: BookingSessionService,
    private readonly offers: Offers,
    private readonly quotes: Quotes,
    private readonly inventory: Inventory,
    private readonly releases: ReleasesService,
  ) {}

  /**
   * Adds places, all or none, to what the reservation holds; its end stays.
   * @throws SeatTaken, AreaFull, TierSoldOut, NotOnSale, LimitExceeded, ReservationEnded, AlreadyCheckedOut
   */
  async add(principal: Principal | undefined, input: AddPlacesInput): Promise<Reservation> {
    const reservation = await this.sessions.read(principal, input.reservationId, input.sessionToken);
    let expired = 1;
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      try {
        return await this.sessions.once('add', input, reservation, (locked) => this.addTo(locked, input));
      } catch (error) {
        if (error instanceof Stale) this.offers.forget(reservation.bookableId);
        else if (!(error instanceof Short)) throw error;
        // What was short may have been freed by somebody else meanwhile: at least one more try.
        else if (expired === 0) throw refusalOf(error.offer, reservation.legs, error.shortage);
        else expired = await this.releases.expireDue(reservation.bookableId);
      }
    }
    throw busy();
  }

  private async addTo(reservation: Reservation, input: AddPlacesInput): Promise<void> {
    await this.sessions.mustBeOpen(reservation);
    const offer = await this.offers.of(reservation.bookableId);
    const before = reservation.tierIds.map((tierId, index) => ({ tierId, priceMinor: reservation.prices[index]! }));
    const places = this.quotes.price(offer, reservation.legs, input, before);
    await this.inventory.lock([reservation.bookableId]);
    if (!(await this.offers.isCurrent(offer))) throw new Stale();
    await this.checkPlaces(reservation, offer, places.length);
    const shortage = await this.inventory.add(reservation, places, reservation.expiresAt);
    if (shortage) throw new Short(offer, shortage);
  }

  /** Under the inventory's lock, like the holds that it is counted with. */
  private async checkPlaces({ userId, bookableId, seatIds }: Reservation, offer: Offer, more: number): Promise<void> {
    const [account] = await this.database.query<{ places: number }>(
      `SELECT coalesce(sum(cardinality(seat_ids)), 0)::integer AS places FROM reservations
       WHERE user_id = $1 AND bookable_id = $2 AND (state = 'CONVERTED' OR state = 'ACTIVE' AND expires_at > $3)`,
      [userId, bookableId, this.clock.now()],
    );
    const { mostPlaces } = offer.organization;
    if (Math.max(account!.places, seatIds.length) + more > mostPlaces)
      throw new LimitExceeded(`One passenger may have at most ${mostPlaces} places here.`);
  }
}
