import { Injectable } from '@nestjs/common';
import { Clock, type LegRange, hashToken, newId } from '#kernel';
import { Database, Idempotency } from '#platform';
import type { Principal } from '#identity';
import { type Bookable, BookablesService, OrganizationsService } from '#catalogue';
import { LiveMap } from './live-map.js';
import { Quotes } from './quotes.js';
import { LimitExceeded, SeatTaken, TierSoldOut } from './reservation.refusals.js';
import type { ReserveInput } from './reservation.inputs.js';
import { Reservation, ReservationState } from './reservation.entity.js';
import { SeatClaims, type WantedSeat } from './seat-claims.js';
import { SessionTokens } from './session-tokens.js';

/** One account may hold so many reservations of one bookable at a time. */
const MOST_OPEN = 5;

/** Holding seats: the door to the inventory. */
@Injectable()
export class HoldsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly idempotency: Idempotency,
    private readonly bookables: BookablesService,
    private readonly organizations: OrganizationsService,
    private readonly quotes: Quotes,
    private readonly claims: SeatClaims,
    private readonly liveMap: LiveMap,
    private readonly tokens: SessionTokens,
  ) {}

  /**
   * Holds all the seats for the organization's hold time, or none.
   * @returns the id of the reservation
   * @throws SeatTaken, TierSoldOut, NotOnSale, LimitExceeded; NOT_FOUND and BAD_USER_INPUT for ids and calls that are not there
   */
  async hold(principal: Principal | undefined, input: ReserveInput): Promise<string> {
    const { idempotencyKey, ...request } = input;
    return await this.idempotency.once(
      `reserve:${principal?.userId ?? 'public'}`,
      idempotencyKey,
      request,
      async () => {
        // Locked before it is read: an import that was changing it has finished by then.
        await this.bookables.lock(input.bookableId);
        const bookable = await this.bookables.get(input.bookableId);
        const legs = await this.bookables.journey(bookable, input.from, input.to);
        const wanted = await this.quotes.price(bookable, legs, input.seats);
        return await this.insert(principal, bookable, legs, wanted);
      },
    );
  }

  private async insert(
    principal: Principal | undefined,
    bookable: Bookable,
    legs: LegRange,
    wanted: WantedSeat[],
  ): Promise<string> {
    const now = this.clock.now();
    const { holdMinutes } = await this.organizations.get(bookable.organizationId);
    const expiresAt = new Date(now.getTime() + holdMinutes * 60_000);
    const id = newId();
    if (principal) await this.checkLimit(principal.userId, bookable.id, now);
    await this.database.repository(Reservation).insert({
      id,
      bookableId: bookable.id,
      organizationId: bookable.organizationId,
      fromPosition: legs.from,
      toPosition: legs.to,
      userId: principal?.userId ?? null,
      sessionTokenHash: hashToken(this.tokens.of(id)),
      state: ReservationState.ACTIVE,
      expiresAt,
      createdAt: now,
    });
    const claimed = new Set(await this.claims.claim(id, bookable.id, legs, wanted, expiresAt));
    const taken = wanted.filter(({ seatId }) => !claimed.has(seatId));
    if (taken.length > 0) throw await this.seatTaken(taken.map(({ seatId }) => seatId));
    const overdrawn = await this.claims.overdrawn(wanted.map(({ tierId }) => tierId));
    if (overdrawn) throw new TierSoldOut(overdrawn.name, overdrawn.left);
    await this.liveMap.changed(bookable.id, [...claimed]);
    return id;
  }

  private async checkLimit(userId: string, bookableId: string, now: Date): Promise<void> {
    // One account at a time: two requests of the same person cannot both be the last one allowed.
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('holds:' || $1 || $2, 0))`, [
      userId,
      bookableId,
    ]);
    const [open] = await this.database.query<{ count: string }>(
      `SELECT count(*) FROM reservations WHERE user_id = $1 AND bookable_id = $2 AND state = 'ACTIVE' AND expires_at > $3`,
      [userId, bookableId, now],
    );
    if (Number(open!.count) >= MOST_OPEN) {
      throw new LimitExceeded(`You hold ${MOST_OPEN} reservations here already. Pay for one or cancel one first.`);
    }
  }

  private async seatTaken(seatIds: string[]): Promise<SeatTaken> {
    return new SeatTaken(
      await this.database.query<{ id: string; label: string }>(
        `SELECT id, label FROM seats WHERE id = ANY($1::uuid[]) ORDER BY ordinal`,
        [seatIds],
      ),
    );
  }
}
