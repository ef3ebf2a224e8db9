import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { ReservationAdopted } from './reservation.events.js';
import { Reservation } from './reservation.entity.js';
import { SessionTokens } from './session-tokens.js';

/** Reservations made before a login become the account's, with their orders and tickets. */
@Injectable()
export class AdoptionsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly tokens: SessionTokens,
    private readonly events: DomainEvents,
  ) {}

  /**
   * Tokens that are wrong, of somebody else's reservation, or of one that ended without an order are passed over.
   * @returns the account's reservations that the tokens are of, also those that were its own before
   */
  async adopt(userId: string, sessionTokens: string[]): Promise<Reservation[]> {
    const adopted: Reservation[] = [];
    for (const token of new Set(sessionTokens)) {
      const reservation = await this.reservationOf(token);
      if (reservation?.userId === null) await this.adoptOne(reservation.id, userId);
      const current = reservation && (await this.database.repository(Reservation).findOneBy({ id: reservation.id }));
      if (current?.userId === userId) adopted.push(current);
    }
    return adopted;
  }

  private async reservationOf(token: string): Promise<Reservation | null> {
    const id = this.tokens.reservationOf(token);
    const reservation = id ? await this.database.repository(Reservation).findOneBy({ id }) : null;
    return reservation && this.tokens.matches(reservation, token) ? reservation : null;
  }

  private async adoptOne(id: string, userId: string): Promise<void> {
    await this.database.transaction(async () => {
      const [adopted] = await this.database.query(
        `UPDATE reservations r SET user_id = $2, address = NULL WHERE r.id = $1 AND r.user_id IS NULL
           AND (r.state = 'ACTIVE' AND r.expires_at > $3 OR EXISTS (SELECT FROM orders o WHERE o.reservation_id = r.id))
         RETURNING r.id`,
        [id, userId, this.clock.now()],
      );
      if (!adopted) return;
      await this.database.query(`UPDATE orders SET user_id = $2 WHERE reservation_id = $1`, [id, userId]);
      await this.events.publish(new ReservationAdopted(id, userId));
    });
  }
}
