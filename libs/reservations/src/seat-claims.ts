import { Injectable } from '@nestjs/common';
import { Clock, type LegRange, newId } from '#kernel';
import { Database } from '#platform';

/** A seat that is wanted, with the price that was agreed for it. */
export interface WantedSeat {
  seatId: string;
  tierId: string;
  priceMinor: number;
}

/**
 * The inventory: who has which seat on which legs. The exclusion constraint `seat_claims_no_overlap` guarantees that
 * no two claims of a seat share a leg; this class only asks. An expired claim is removed by the statement that needs
 * the seat. Every method runs in the transaction of its caller and locks claims in the order of their seats.
 */
@Injectable()
export class SeatClaims {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Claims what is free of `seats` until `expiresAt`, or for good with `null`.
   * @returns the ids of the seats that were claimed; the caller rolls back when one is missing
   */
  async claim(
    reservationId: string,
    bookableId: string,
    { from, to }: LegRange,
    seats: WantedSeat[],
    expiresAt: Date | null,
  ): Promise<string[]> {
    const seatIds = seats.map(({ seatId }) => seatId);
    await this.database.query(
      `DELETE FROM seat_claims WHERE id IN (
         SELECT id FROM seat_claims
         WHERE bookable_id = $1 AND seat_id = ANY($2::uuid[]) AND legs && int4range($3, $4) AND expires_at <= $5
         ORDER BY seat_id, id FOR UPDATE)`,
      [bookableId, seatIds, from, to, this.clock.now()],
    );
    // A rival that inserted first and has not committed makes this wait; then its claim stands or is gone.
    const claimed = await this.database.query<{ seat_id: string }>(
      `INSERT INTO seat_claims (id, reservation_id, bookable_id, seat_id, tier_id, legs, price_minor, expires_at)
       SELECT id, $1, $2, seat_id, tier_id, int4range($3, $4), price_minor, $5::timestamptz
       FROM unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::integer[]) AS wanted (id, seat_id, tier_id, price_minor)
       ORDER BY seat_id
       ON CONFLICT DO NOTHING RETURNING seat_id`,
      [
        reservationId,
        bookableId,
        from,
        to,
        expiresAt,
        seats.map(() => newId()),
        seatIds,
        seats.map(({ tierId }) => tierId),
        seats.map(({ priceMinor }) => priceMinor),
      ],
    );
    return claimed.map(({ seat_id }) => seat_id);
  }

  /**
   * The first of these tiers of which more is held and sold than its quantity, with the claims just made counted.
   * The tier's row is locked: of two who take the last one, the second counts the first. Not FOR UPDATE: that would
   * wait for the key locks that the claims of rivals hold on the same row, and they for ours.
   */
  async overdrawn(tierIds: string[]): Promise<{ name: string; left: number } | undefined> {
    const limited = await this.database.query<{ id: string; name: string; quantity: number }>(
      `SELECT id, name, quantity FROM tiers WHERE id = ANY($1::uuid[]) AND quantity IS NOT NULL ORDER BY id FOR NO KEY UPDATE`,
      [tierIds],
    );
    for (const { id, name, quantity } of limited) {
      const [taken] = await this.database.query<{ count: string }>(
        `SELECT count(*) FROM seat_claims WHERE tier_id = $1 AND (expires_at IS NULL OR expires_at > $2)`,
        [id, this.clock.now()],
      );
      if (Number(taken!.count) > quantity)
        return {
          name,
          left: Math.max(0, quantity - Number(taken!.count) + tierIds.filter((tierId) => tierId === id).length),
        };
    }
    return undefined;
  }

  /** Makes the claims of a reservation last for good. @returns the seats that it still had */
  async sell(reservationId: string): Promise<string[]> {
    const sold = await this.database.query<{ seat_id: string }>(
      `UPDATE seat_claims SET expires_at = NULL WHERE reservation_id = $1 RETURNING seat_id`,
      [reservationId],
    );
    return sold.map(({ seat_id }) => seat_id);
  }

  /** Frees all seats of a reservation, or one of them. @returns the seats that were freed */
  async release(reservationId: string, seatId?: string): Promise<string[]> {
    const freed = await this.database.query<{ seat_id: string }>(
      `DELETE FROM seat_claims WHERE reservation_id = $1 AND ($2::uuid IS NULL OR seat_id = $2) RETURNING seat_id`,
      [reservationId, seatId ?? null],
    );
    return freed.map(({ seat_id }) => seat_id);
  }

  async of(reservationId: string): Promise<WantedSeat[]> {
    return await this.database.query<WantedSeat>(
      `SELECT seat_id AS "seatId", tier_id AS "tierId", price_minor AS "priceMinor" FROM seat_claims WHERE reservation_id = $1`,
      [reservationId],
    );
  }
}
