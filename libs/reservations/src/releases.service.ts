import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { LiveMap } from './live-map.js';
import { OrderState } from './order.entity.js';
import { OrderEnded, ReservationExpired } from './reservation.events.js';
import { ReservationEnded } from './reservation.refusals.js';
import { type Reservation, ReservationState } from './reservation.entity.js';
import { SeatClaims } from './seat-claims.js';

/** Rows in one transaction of the sweep: about 20 ms of locks. */
const SWEEP_BATCH = 200;

/** Seats that become free again: given up, expired, or sold and cancelled. */
@Injectable()
export class ReleasesService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly claims: SeatClaims,
    private readonly liveMap: LiveMap,
    private readonly events: DomainEvents,
  ) {}

  /** The passenger gives the seats back. @throws ReservationEnded */
  async cancel({ id, bookableId }: Reservation): Promise<void> {
    await this.database.transaction(async () => {
      const [cancelled] = await this.database.query<{ id: string }>(
        `UPDATE reservations SET state = 'CANCELLED', ended_at = $2 WHERE id = $1 AND state = 'ACTIVE' AND expires_at > $2 RETURNING id`,
        [id, this.clock.now()],
      );
      if (!cancelled) throw new ReservationEnded('This reservation has ended already.');
      await this.endOrder(id, OrderState.CANCELLED);
      await this.liveMap.changed(bookableId, await this.claims.release(id));
    });
  }

  /** Frees one sold seat, in the open transaction; the reservation ends with its last one. */
  async releaseSold(reservationId: string, seatId: string): Promise<void> {
    const [reservation] = await this.database.query<{ bookable_id: string }>(
      `SELECT bookable_id FROM reservations WHERE id = $1 FOR UPDATE`,
      [reservationId],
    );
    const freed = await this.claims.release(reservationId, seatId);
    await this.database.query(
      `UPDATE reservations SET state = 'CANCELLED', ended_at = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM seat_claims WHERE reservation_id = $1)`,
      [reservationId, this.clock.now()],
    );
    await this.liveMap.changed(reservation!.bookable_id, freed);
  }

  /** Records the next expired reservations and frees what nobody has taken over yet. @returns how many */
  async expireDue(): Promise<number> {
    return await this.database.transaction(async () => {
      const now = this.clock.now();
      const expired = await this.database.query<{ id: string; bookable_id: string }>(
        `UPDATE reservations SET state = '${ReservationState.EXPIRED}', ended_at = $1 WHERE id IN (
           SELECT id FROM reservations WHERE state = 'ACTIVE' AND expires_at <= $1
           ORDER BY expires_at LIMIT ${SWEEP_BATCH} FOR UPDATE SKIP LOCKED)
         RETURNING id, bookable_id`,
        [now],
      );
      const freed = await this.database.query<{ bookable_id: string; seat_id: string }>(
        `DELETE FROM seat_claims WHERE id IN (
           SELECT id FROM seat_claims WHERE reservation_id = ANY($1::uuid[]) ORDER BY bookable_id, seat_id, id FOR UPDATE)
         RETURNING bookable_id, seat_id`,
        [expired.map(({ id }) => id)],
      );
      for (const { id } of expired) {
        await this.endOrder(id, OrderState.EXPIRED);
        await this.events.publish(new ReservationExpired(id));
      }
      // In one order, because each takes the lock of its bookable's counter.
      for (const bookableId of [...new Set(freed.map(({ bookable_id }) => bookable_id))].toSorted()) {
        await this.liveMap.changed(
          bookableId,
          freed.filter(({ bookable_id }) => bookable_id === bookableId).map(({ seat_id }) => seat_id),
        );
      }
      return expired.length;
    });
  }

  private async endOrder(reservationId: string, outcome: OrderState.EXPIRED | OrderState.CANCELLED): Promise<void> {
    const [order] = await this.database.query<{ id: string }>(
      `UPDATE orders SET state = $2, ended_at = $3 WHERE reservation_id = $1 AND state = 'PENDING' RETURNING id`,
      [reservationId, outcome, this.clock.now()],
    );
    if (order) await this.events.publish(new OrderEnded(order.id, outcome));
  }
}
