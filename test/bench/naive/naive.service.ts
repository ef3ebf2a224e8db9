import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NaiveReservation, NaiveSeat } from './entities.js';
import { ReservationOpened, type ReserveInput, SeatTaken } from './schema.js';

const HOLD_MS = 24 * 3_600_000;

/**
 * Holding a seat as the documentation of TypeORM would have it: find it with a lock, save it, save the reservation, in
 * one transaction. It is correct. It checks no price, no limit and no idempotency key, and tells nobody: what the
 * product does besides is on the product's side of the comparison.
 */
@Injectable()
export class NaiveService {
  constructor(private readonly dataSource: DataSource) {}

  async reserve(input: ReserveInput): Promise<ReservationOpened | SeatTaken> {
    return await this.dataSource.transaction(async (manager) => {
      const seats: NaiveSeat[] = [];
      for (const { seatId } of input.seats.toSorted((a, b) => a.seatId.localeCompare(b.seatId))) {
        const seat = await manager.findOneOrFail(NaiveSeat, {
          where: { tripId: input.bookableId, seatId },
          lock: { mode: 'pessimistic_write' },
        });
        if (seat.heldUntil && seat.heldUntil > new Date())
          return Object.assign(new SeatTaken(), { seatIds: [seatId], message: 'This seat is taken.' });
        seats.push(seat);
      }
      const expiresAt = new Date(Date.now() + HOLD_MS);
      const reservation = await manager.save(
        manager.create(NaiveReservation, {
          tripId: input.bookableId,
          fromPosition: input.from,
          toPosition: input.to,
          sessionToken: randomBytes(32).toString('base64url'),
          expiresAt,
        }),
      );
      await manager.save(seats.map((seat) => Object.assign(seat, { heldUntil: expiresAt, reservation })));
      return Object.assign(new ReservationOpened(), { sessionToken: reservation.sessionToken, reservation });
    });
  }
}
