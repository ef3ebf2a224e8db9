import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, busy } from '#platform';
import type { Principal } from '#identity';
import { PromosService } from '#promos';
import { BookingSessionService } from './booking-session.service.js';
import type { WantedPlace } from './inventory/hold-request.js';
import { Inventory, type Shortage } from './inventory/inventory.js';
import { type Offer, Offers } from './inventory/offers.js';
import { settleTiers } from './inventory/tier-choices.js';
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
    private readonly promos: PromosService,
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
        return await this.sessions.once('add', input, reservation, (locked) => this.addTo(locked, input, expired > 0));
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

  /** @param due some holds may have ended by the clock, and nobody has recorded it */
  private async addTo(reservation: Reservation, input: AddPlacesInput, due: boolean): Promise<void> {
    await this.sessions.mustBeOpen(reservation);
    const offer = await this.offers.of(reservation.bookableId);
    const before = reservation.tierIds.map((tierId, index) => ({ tierId, priceMinor: reservation.prices[index]! }));
    const { promoCode } = input;
    const { organizationId } = reservation;
    const unlocked = promoCode === undefined ? [] : await this.promos.unlockedTiers(organizationId, promoCode);
    const wanted = this.quotes.price(offer, reservation.legs, input, before, unlocked);
    await this.inventory.lock([reservation.bookableId]);
    if (!(await this.offers.isCurrent(offer))) throw new Stale();
    await this.checkPlaces(reservation, offer, wanted.length);
    const places = await this.settle(offer, wanted, before, due);
    const shortage = await this.inventory.add(reservation, places, reservation.expiresAt);
    if (shortage) throw new Short(offer, shortage);
  }

  /** Under the inventory's lock: the tiers of places for which none was named. @throws Short */
  private async settle(
    offer: Offer,
    wanted: WantedPlace[],
    before: { tierId: string }[],
    due: boolean,
  ): Promise<WantedPlace[]> {
    if (!wanted.some(({ choices }) => choices)) return wanted;
    const ids = wanted.flatMap(({ tierId, choices = [] }) => [tierId, ...choices.map((choice) => choice.tierId)]);
    const tiers = await this.database.query<{ id: string; left: number }>(
      `SELECT id, quantity - taken AS left FROM tiers WHERE id = ANY($1::uuid[]) AND quantity IS NOT NULL`,
      [[...new Set(ids)]],
    );
    const places = settleTiers(wanted, (tierId) => tiers.find(({ id }) => id === tierId)?.left ?? 0, before);
    if (!Array.isArray(places)) throw new Short(offer, { kind: 'tier', ...places });
    const moved = due ? wanted.find(({ tierId }, index) => places[index]!.tierId !== tierId) : undefined;
    if (moved) throw new Short(offer, { kind: 'tier', tierId: moved.tierId, left: 0 });
    return places;
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
