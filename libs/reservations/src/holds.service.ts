import { Injectable } from '@nestjs/common';
import { Clock, type LegRange, hashToken, newId } from '#kernel';
import { Database, badInput, busy } from '#platform';
import { journeyBetween } from '#catalogue';
import { HoldQueue } from './inventory/hold-queue.js';
import type { HoldOutcome, HoldRequest, TakenSeat, WantedPlace } from './inventory/hold-request.js';
import { Inventory } from './inventory/inventory.js';
import { type Offer, Offers } from './inventory/offers.js';
import { Replays } from './inventory/replays.js';
import { TakenSeats } from './inventory/taken-seats.js';
import { Quotes } from './quotes.js';
import { ReleasesService } from './releases.service.js';
import { AreaFull, LimitExceeded, SeatTaken, TierSoldOut } from './reservation.refusals.js';
import type { ReserveInput } from './reservation.inputs.js';
import { Reservation, ReservationState } from './reservation.entity.js';
import { SessionTokens } from './session-tokens.js';

/** Each try has a reason that is gone with it: a changed price, an expired hold. More of them is a storm. */
const MOST_TRIES = 8;

/** An outcome without a reservation; who must come again has done so in the queue. */
type Refused = Exclude<HoldOutcome, { kind: 'held' | 'replay' | 'again' }>;

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
    private readonly inventory: Inventory,
    private readonly taken: TakenSeats,
    private readonly replays: Replays,
    private readonly releases: ReleasesService,
    private readonly tokens: SessionTokens,
  ) {}

  /**
   * Holds all the places for the organization's hold time, or none.
   * @param seats the input's, or those that were chosen for its wish
   * @throws SeatTaken, AreaFull, TierSoldOut, NotOnSale, LimitExceeded; NOT_FOUND and BAD_USER_INPUT for ids and calls
   * that are not there; BUSY
   */
  async hold(asker: Asker, input: ReserveInput, seats = input.seats): Promise<Reservation> {
    try {
      return await this.tryToHold(asker, input, seats);
    } catch (error) {
      // It may have been answered when there still was what is refused now.
      const before = await this.answered(asker, input);
      if (before) return before;
      throw error;
    }
  }

  private async tryToHold(asker: Asker, input: ReserveInput, seats: ReserveInput['seats']): Promise<Reservation> {
    const idempotency = fingerprintOf(asker, input);
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const offer = await this.offers.of(input.bookableId);
      const legs = journeyBetween(offer.bookable, offer.calls, input.from, input.to);
      const places = this.quotes.price(offer, legs, { ...input, seats });
      if (offer.revision === undefined) {
        await this.inventory.open(input.bookableId);
        continue;
      }
      const request = { ...this.request(asker, offer, offer.revision), ...idempotency, legs, places };
      const known = this.taken.of(request);
      if (known) throw seatTaken(offer, legs, known);
      const outcome = await this.queue.hold(request);
      if (outcome.kind === 'held') return reservationOf(request, this.clock.now());
      if (outcome.kind === 'replay')
        return await this.database.repository(Reservation).findOneByOrFail({ id: outcome.reservationId });
      await this.afterRefusal(offer, legs, outcome);
    }
    throw busy();
  }

  /** What the same request got before, by its key. @throws BAD_USER_INPUT when the key was used for another one */
  async answered(asker: Asker, input: ReserveInput): Promise<Reservation | undefined> {
    const { key, fingerprint } = fingerprintOf(asker, input);
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
        return await this.inventory.open(id);
      case 'taken': {
        const now = this.clock.now().getTime();
        // The time of a hold is up and nobody has recorded it: its seats are for whoever wants them.
        if (outcome.seats.some(({ until }) => until !== null && until <= now)) return await this.expireDue(id);
        this.taken.remember(id, outcome.seats);
        throw seatTaken(offer, legs, outcome.seats);
      }
      case 'area-full':
        if (outcome.due) return await this.expireDue(id);
        throw new AreaFull(offer.layout.areas.get(outcome.areaId)?.name ?? 'The area', outcome.left);
      case 'tier-sold-out':
        if (outcome.due) return await this.expireDue(id);
        throw new TierSoldOut(offer.tiers.find((tier) => tier.id === outcome.tierId)?.name ?? 'The tier', outcome.left);
      case 'limit':
        throw new LimitExceeded(LIMIT_MESSAGES[outcome.limit](offer));
      case 'key-reused':
        throw keyReused();
      case 'failed':
        throw outcome.error;
    }
  }

  private async expireDue(bookableId: string): Promise<void> {
    await this.releases.expireDue(bookableId);
  }

  private request(
    { userId, ip }: Asker,
    { bookable, organization }: Offer,
    revision: string,
  ): Omit<HoldRequest, 'legs' | 'places' | 'key' | 'fingerprint'> {
    const id = newId();
    return {
      id,
      bookableId: bookable.id,
      organizationId: bookable.organizationId,
      revision,
      userId,
      address: userId === null ? this.tokens.hashOfAddress(ip) : null,
      tokenHash: hashToken(this.tokens.of(id)),
      expiresAt: new Date(this.clock.now().getTime() + organization.holdMinutes * 60_000),
      limits: {
        mostOpen: organization.mostOpenReservations,
        mostOpenPerAddress: organization.mostOpenPerAddress,
        mostPlaces: organization.mostPlaces,
      },
    };
  }
}

const keyReused = (): Error =>
  badInput('The idempotency key was used for another request. Use a new key.', 'idempotencyKey');

const LIMIT_MESSAGES: Record<'open' | 'address' | 'places', (offer: Offer) => string> = {
  open: ({ organization }) =>
    `You hold ${organization.mostOpenReservations} reservations here already. Pay for one or cancel one first.`,
  address: () => 'Too many reservations are open from your internet address. Log in, or pay for one first.',
  places: ({ organization }) => `One passenger may have at most ${organization.mostPlaces} places here.`,
};

function seatTaken({ layout, bookable }: Offer, legs: LegRange, seats: TakenSeat[]): SeatTaken {
  const taken = seats.map(({ ordinal }) => layout.seats[ordinal]!);
  return new SeatTaken(taken, bookable.id, legs);
}

/** Keys of different callers never meet. */
function fingerprintOf({ userId }: Asker, input: ReserveInput): Pick<HoldRequest, 'key' | 'fingerprint'> {
  const { idempotencyKey, ...request } = input;
  if (idempotencyKey === undefined) return { key: null, fingerprint: null };
  return { key: hashToken(`${userId ?? 'public'}:${idempotencyKey}`), fingerprint: hashToken(JSON.stringify(request)) };
}

function reservationOf({ legs, places, tokenHash, key, fingerprint, ...request }: HoldRequest, now: Date): Reservation {
  return Object.assign(new Reservation(), {
    id: request.id,
    bookableId: request.bookableId,
    organizationId: request.organizationId,
    fromPosition: legs.from,
    toPosition: legs.to,
    userId: request.userId,
    address: request.address,
    sessionTokenHash: tokenHash,
    state: ReservationState.ACTIVE,
    expiresAt: request.expiresAt,
    createdAt: now,
    endedAt: null,
    extensions: 0,
    requestKey: key,
    requestFingerprint: fingerprint,
    seatIds: places.map(({ seatId }: WantedPlace) => seatId),
    areaIds: places.map(({ areaId }: WantedPlace) => areaId),
    tierIds: places.map(({ tierId }: WantedPlace) => tierId),
    prices: places.map(({ priceMinor }: WantedPlace) => priceMinor),
  });
}
