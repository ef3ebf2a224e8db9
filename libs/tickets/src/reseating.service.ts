import { Injectable } from '@nestjs/common';
import { Atomically, Database } from '#platform';
import { SeatsAccepted } from '#reservations';

/** Tickets follow their lines to other seats, before they become valid: no code and no document has the old one. */
@Injectable()
export class ReseatingService {
  constructor(private readonly database: Database) {}

  @Atomically(SeatsAccepted)
  async reseat({ orderId }: SeatsAccepted): Promise<void> {
    await this.database.query(
      `UPDATE tickets t SET seat_id = l.seat_id, seat_label = s.label FROM line_items l JOIN seats s ON s.id = l.seat_id
       WHERE t.line_item_id = l.id AND l.order_id = $1 AND t.seat_id <> l.seat_id`,
      [orderId],
    );
  }
}
