import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { PromosService } from '#promos';
import { Inventory } from './inventory/inventory.js';
import { LineItem, OrderState } from './order.entity.js';
import { OrderEnded, ReservationExpired, SeatOfferLapsed, type SeatOfferOutcome } from './reservation.events.js';
import { ReservationEnded } from './reservation.refusals.js';
import type { Reservation } from './reservation.entity.js';

/** Reservations in one transaction of the sweep. */
const SWEEP_BATCH = 1_000;

/** As the index of what is due has it. */
const DUE_AT = `CASE WHEN state = 'ACTIVE' THEN expires_at END`;

interface Ended {
  id: string;
  bookableId: string;
  userId: string | null;
}

/** Places that become free again: given up, expired, or sold and cancelled. */
@Injectable()
export class ReleasesService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly inventory: Inventory,
    private readonly promos: PromosService,
    private readonly events: DomainEvents,
  ) {}

  /** The passengers give their places back; all do, or none. @throws ReservationEnded */
  async cancel(reservations: Pick<Reservation, 'id'>[]): Promise<void> {
    if (reservations.length === 0) return;
    await this.database.transaction(async () => {
      const cancelled = await this.database.query<Ended>(
        `UPDATE reservations SET state = 'CANCELLED', ended_at = $2 WHERE id = ANY($1::uuid[]) AND state = 'ACTIVE' AND expires_at > $2
         RETURNING id, bookable_id AS "bookableId", user_id AS "userId"`,
        [reservations.map(({ id }) => id), this.clock.now()],
      );
      if (cancelled.length < reservations.length) throw new ReservationEnded('This reservation has ended already.');
      await this.endOrders(cancelled, OrderState.CANCELLED, 'DECLINED');
      await this.inventory.free(cancelled);
    });
  }

  /** Nobody holds anything of a bookable any more: it does not take place. Batch after batch. */
  async cancelAll(bookableId: string): Promise<void> {
    for (let more = true; more;) {
      more = await this.database.transaction(async () => {
        const cancelled = await this.database.query<Ended>(
          `UPDATE reservations SET state = 'CANCELLED', ended_at = $2 WHERE id = ANY(ARRAY(
             SELECT id FROM reservations WHERE bookable_id = $1 AND state = 'ACTIVE' ORDER BY id LIMIT ${SWEEP_BATCH} FOR NO KEY UPDATE))
           RETURNING id, bookable_id AS "bookableId", user_id AS "userId"`,
          [bookableId, this.clock.now()],
        );
        if (cancelled.length === 0) return false;
        await this.endOrders(cancelled, OrderState.CANCELLED, 'CALLED_OFF');
        await this.inventory.free(cancelled);
        return true;
      });
    }
  }

  /** Frees one sold place, in the open transaction, with the reservation locked; it ends with its last one. */
  async releaseSold(reservationId: string, lineItemId: string): Promise<void> {
    const [reservation] = await this.database.query<{ bookableId: string; from: number; to: number }>(
      `SELECT bookable_id AS "bookableId", from_position AS from, to_position AS to FROM reservations WHERE id = $1`,
      [reservationId],
    );
    const { bookableId, ...legs } = reservation!;
    const place = await this.database.repository(LineItem).findOneByOrFail({ id: lineItemId });
    await this.inventory.remove({ id: reservationId, bookableId, legs }, place);
    await this.database.query(
      `UPDATE reservations SET state = 'CANCELLED', ended_at = $2 WHERE id = $1 AND cardinality(seat_ids) = 0`,
      [reservationId, this.clock.now()],
    );
  }

  /**
   * Records expired reservations and frees their places. Without a bookable it is the sweep: the next batch, one
   * process at a time. With one it is for a passenger who wants a place of it now: what somebody else is recording at
   * this moment is waited for: never in a transaction that has locked anything. So whatever it returns, he may ask again.
   * @returns how many were recorded here
   */
  async expireDue(bookableId?: string): Promise<number> {
    const others = bookableId === undefined ? 'SKIP LOCKED' : '';
    return await this.database.transactionByKey(async () => {
      if (bookableId === undefined && !(await this.isOnlySweeper())) return 0;
      const expired = await this.database.query<Ended>(
        `UPDATE reservations SET state = 'EXPIRED', ended_at = $1 WHERE id = ANY(ARRAY(
           SELECT id FROM reservations WHERE ${DUE_AT} <= $1 AND id = ANY(ARRAY(
             SELECT id FROM reservations WHERE ${DUE_AT} <= $1 AND ($2::uuid IS NULL OR bookable_id = $2)
             ORDER BY ${DUE_AT} LIMIT ${SWEEP_BATCH}))
           ORDER BY id FOR NO KEY UPDATE ${others}))
         RETURNING id, bookable_id AS "bookableId", user_id AS "userId"`,
        [this.clock.now(), bookableId ?? null],
      );
      if (expired.length === 0) return 0;
      const ordered = new Set(await this.endOrders(expired, OrderState.EXPIRED, 'NOT_ANSWERED'));
      // Only whom we know can be told.
      const told = expired.filter(({ id, userId }) => userId !== null || ordered.has(id));
      await this.events.publishAll(told.map(({ id }) => new ReservationExpired(id)));
      await this.inventory.free(expired);
      return expired.length;
    });
  }

  /** Have some holds of it ended by the clock, and nobody has recorded it? */
  async isDue(bookableId: string): Promise<boolean> {
    const due = await this.database.query(
      `SELECT FROM reservations WHERE ${DUE_AT} <= $1 AND bookable_id = $2 LIMIT 1`,
      [this.clock.now(), bookableId],
    );
    return due.length > 0;
  }

  /** Batch after batch, until nothing is due. @returns how many in all */
  async expireAll(): Promise<number> {
    let all = 0;
    for (let expired = await this.expireDue(); expired > 0; expired = await this.expireDue()) all += expired;
    return all;
  }

  private async isOnlySweeper(): Promise<boolean> {
    const [lock] = await this.database.query<{ mine: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtextextended('holdfast:sweep', 0)) AS mine`,
    );
    return lock!.mine;
  }

  /**
   * @param lapsed what that means for an order whose places are only offered
   * @returns the reservations that had an order
   */
  private async endOrders(
    ended: Ended[],
    outcome: OrderState.EXPIRED | OrderState.CANCELLED,
    lapsed: SeatOfferOutcome,
  ): Promise<string[]> {
    const orders = await this.database.query<{ id: string; reservationId: string; state: OrderState }>(
      `UPDATE orders SET state = CASE state WHEN 'OFFERED' THEN 'REFUNDED' ELSE $2 END, ended_at = $3
       WHERE reservation_id = ANY($1::uuid[]) AND state IN ('PENDING', 'AWAITING_APPROVAL', 'OFFERED')
       RETURNING id, reservation_id AS "reservationId", state`,
      [ended.map(({ id }) => id), outcome, this.clock.now()],
    );
    await this.promos.lockOf(orders.map(({ id }) => id));
    const [offered, others] = [
      orders.filter(({ state }) => state === OrderState.REFUNDED),
      orders.filter(({ state }) => state === outcome),
    ];
    await this.events.publishAll(others.map(({ id }) => new OrderEnded(id, outcome)));
    await this.events.publishAll(offered.map(({ id }) => new SeatOfferLapsed(id, lapsed)));
    return orders.map(({ reservationId }) => reservationId);
  }
}
