import { Injectable } from '@nestjs/common';
import { Clock, type LegRange, hashToken, newId } from '#kernel';
import { Database, busy, keyReused } from '#platform';
import { journeyBetween } from '#catalogue';
import { PromosService } from '#promos';
import { HoldQueue } from './inventory/hold-queue.js';
import type { HoldOutcome, HoldRequest, TakenSeat, WantedPlace } from './inventory/hold-request.js';
import type { Shortage } from './inventory/inventory.js';
import { InventoryOpenings } from './inventory/inventory-openings.js';
import { type Offer, Offers } from './inventory/offers.js';
import { Replays } from './inventory/replays.js';
import { TakenSeats } from './inventory/taken-seats.js';
import { Quotes } from './quotes.js';
import { ReleasesService } from './releases.service.js';
import { LimitExceeded } from './reservation.refusals.js';
import type { ReserveInput } from './reservation.inputs.js';
import { Reservation, ReservationState } from './reservation.entity.js';
import { SessionTokens } from './session-tokens.js';
import { refusalOf } from './shortages.js';

/** Each try has a reason that is gone with it: a changed price, an expired hold. More of them is a storm. */
const MOST_TRIES = 8;

/** An outcome without a reservation; who must come again has done so in the queue. */
type Refused = Exclude<HoldOutcome, { kind: 'held' | 'replay' | 'again' }>;

/** It was asked for, and cannot be had as things are. */
interface Undecided {
  offer: Offer;
  legs: LegRange;
  outcome: Refused;
}

/** The key with its scope, hashed, and what is asked with it. */
type Idempotent = Pick<HoldRequest, 'key' | 'fingerprint'>;

/** Who asks. */
export interface Asker {
  userId: string | null;
  /** Where a passenger without an account comes from. */
  ip: string;
}

/** Holding places: the door to the inventory. */
@Injectable()
export class HoldsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly offers: Offers,
    private readonly quotes: Quotes,
    private readonly queue: HoldQueue,
    private readonly openings: InventoryOpenings,
    private readonly taken: TakenSeats,
    private readonly replays: Replays,
    private readonly releases: ReleasesService,
    private readonly tokens: SessionTokens,
    private readonly promos: PromosService,
  ) {}

  /**
   * Holds all the places for the organization's hold time, or none.
   * @param seats the input's, or those that were chosen for its wish
   * @throws SeatTaken, AreaFull, TierSoldOut, NotOnSale, LimitExceeded, PromoCodeUnknown, PromoCodeNotValid; NOT_FOUND and BAD_USER_INPUT for ids and calls
   * that are not there; BUSY
   */
  async hold(asker: Asker, input: ReserveInput, seats = input.seats): Promise<Reservation> {
    const idempotent = fingerprintOf(asker, input);
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      let tried: Reservation | Undecided | undefined;
      try {
        tried = await this.tryToHold(asker, input, seats, idempotent);
      } catch (error) {
        // It may have been answered when there still was what is refused now.
        const before = await this.firstAnswer(idempotent);
        if (before) return before;
        throw error;
      }
      if (tried instanceof Reservation) return tried;
      // The key was looked up with all the rest.
      if (tried) await this.afterRefusal(tried.offer, tried.legs, tried.outcome);
    }
    throw busy();
  }

  /** @returns undefined when it is worth another try at once */
  private async tryToHold(
    asker: Asker,
    { bookableId, from, to, areas, promoCode }: ReserveInput,
    seats: ReserveInput['seats'],
    idempotent: Idempotent,
  ): Promise<Reservation | Undecided | undefined> {
    const offer = await this.offers.of(bookableId);
    const legs = journeyBetween(offer.bookable, offer.calls, from, to);
    const { organizationId } = offer.bookable;
    const unlocked = promoCode === undefined ? [] : await this.promos.unlockedTiers(organizationId, promoCode);
    const places = this.quotes.price(offer, legs, { seats, areas }, [], unlocked);
    if (offer.revision === undefined) {
      await this.openings.open(bookableId);
      return undefined;
    }
    const known = this.taken.of({ bookableId: offer.bookable.id, legs, places });
    if (known) throw refusalOf(offer, legs, seatsOf(known));
    const request = this.request(asker, offer, offer.revision, legs, places, idempotent);
    const outcome = await this.queue.hold(request);
    if (outcome.kind === 'held') return reservationOf({ ...request, places: outcome.places }, outcome.at);
    if (outcome.kind === 'replay')
      return await this.database.repository(Reservation).findOneByOrFail({ id: outcome.reservationId });
    return { offer, legs, outcome };
  }

  /** What the same request got before, by its key. @throws BAD_USER_INPUT when the key was used for another one */
  async answered(asker: Asker, input: ReserveInput): Promise<Reservation | undefined> {
    return await this.firstAnswer(fingerprintOf(asker, input));
  }

  private async firstAnswer({ key, fingerprint }: Idempotent): Promise<Reservation | undefined> {
    const first = key === null ? undefined : await this.replays.find(key);
    if (!first) return undefined;
    if (first.fingerprint !== fingerprint) throw keyReused();
    return await this.database.repository(Reservation).findOneByOrFail({ id: first.id });
  }

  /** Returns when it is worth another try. @throws the refusal otherwise */
  private async afterRefusal(offer: Offer, legs: LegRange, outcome: Refused): Promise<void> {
    const { id } = offer.bookable;
    switch (outcome.kind) {
      case 'stale':
        return this.offers.forget(id);
      case 'locked':
        // Waited for and not there: locked for sales before it had an inventory.
        return await this.openings.open(id);
      case 'taken': {
        const now = this.clock.now().getTime();
        // The time of a hold is up and nobody has recorded it: its seats are for whoever wants them.
        if (outcome.seats.some(({ until }) => until !== null && until <= now))
          return void (await this.releases.expireDue(id));
        this.taken.remember(id, outcome.seats);
        throw refusalOf(offer, legs, seatsOf(outcome.seats));
      }
      case 'area-full':
        if (outcome.due) return void (await this.releases.expireDue(id));
        throw refusalOf(offer, legs, { ...outcome, kind: 'area' });
      case 'tier-sold-out':
        if (outcome.due) return void (await this.releases.expireDue(id));
        throw refusalOf(offer, legs, { ...outcome, kind: 'tier' });
      case 'limit':
        throw new LimitExceeded(LIMIT_MESSAGES[outcome.limit](offer));
      case 'key-reused':
        throw keyReused();
      case 'failed':
        throw outcome.error;
    }
  }

  private request(
    { userId, ip }: Asker,
    { bookable, organization }: Offer,
    revision: string,
    legs: LegRange,
    places: WantedPlace[],
    { key, fingerprint }: Idempotent,
  ): HoldRequest {
    const id = newId();
    return {
      id,
      bookableId: bookable.id,
      organizationId: bookable.organizationId,
      revision,
      legs,
      places,
      userId,
      address: userId === null ? this.tokens.hashOfAddress(ip) : null,
      tokenHash: hashToken(this.tokens.of(id)),
      holdMs: organization.holdMinutes * 60_000,
      key,
      fingerprint,
      limits: organization,
    };
  }
}

const LIMIT_MESSAGES: Record<'open' | 'address' | 'places', (offer: Offer) => string> = {
  open: ({ organization }) =>
    `You hold ${organization.mostOpenReservations} reservations here already. Pay for one or cancel one first.`,
  address: () => 'Too many reservations are open from your internet address. Log in, or pay for one first.',
  places: ({ organization }) => `One passenger may have at most ${organization.mostPlaces} places here.`,
};

const seatsOf = (seats: TakenSeat[]): Shortage => ({ kind: 'seats', ordinals: seats.map(({ ordinal }) => ordinal) });

/** Keys of different callers never meet. */
function fingerprintOf({ userId }: Asker, input: ReserveInput): Idempotent {
  const { idempotencyKey, ...request } = input;
  if (idempotencyKey === undefined) return { key: null, fingerprint: null };
  return { key: hashToken(`${userId ?? 'public'}:${idempotencyKey}`), fingerprint: hashToken(JSON.stringify(request)) };
}

function reservationOf(request: HoldRequest, at: Date): Reservation {
  const { legs, places } = request;
  return Object.assign(new Reservation(), {
    id: request.id,
    bookableId: request.bookableId,
    organizationId: request.organizationId,
    fromPosition: legs.from,
    toPosition: legs.to,
    userId: request.userId,
    address: request.address,
    sessionTokenHash: request.tokenHash,
    state: ReservationState.ACTIVE,
    expiresAt: new Date(at.getTime() + request.holdMs),
    createdAt: at,
    endedAt: null,
    extensions: 0,
    requestKey: request.key,
    requestFingerprint: request.fingerprint,
    seatIds: places.map(({ seatId }: WantedPlace) => seatId),
    areaIds: places.map(({ areaId }: WantedPlace) => areaId),
    tierIds: places.map(({ tierId }: WantedPlace) => tierId),
    prices: places.map(({ priceMinor }: WantedPlace) => priceMinor),
  });
}
