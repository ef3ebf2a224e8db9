import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReservationsSeatOffers1795248028000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE organizations
        -- 0: none are offered
        ADD COLUMN seat_offer_minutes integer NOT NULL DEFAULT 30 CHECK (seat_offer_minutes BETWEEN 0 AND 1440);

      -- Seats of an order that others had when its payment came, and those that were held for it instead. An order is
      -- offered seats once.
      CREATE TABLE offered_seats (
        line_item_id uuid PRIMARY KEY REFERENCES line_items (id),
        order_id uuid NOT NULL REFERENCES orders (id),
        from_seat_id uuid NOT NULL REFERENCES seats (id),
        to_seat_id uuid NOT NULL REFERENCES seats (id),
        offered_at timestamptz NOT NULL,
        CHECK (from_seat_id <> to_seat_id)
      );
      CREATE INDEX offered_seats_order ON offered_seats (order_id);

      ALTER TABLE orders
        DROP CONSTRAINT orders_state_check,
        ADD CONSTRAINT orders_state_check
          CHECK (state IN ('AWAITING_APPROVAL', 'PENDING', 'PAID', 'EXPIRED', 'OFFERED', 'REFUNDED', 'CANCELLED', 'CHARGED_BACK'));
      DROP TRIGGER orders_moves ON orders;
      CREATE TRIGGER orders_moves BEFORE UPDATE OF state ON orders FOR EACH ROW EXECUTE FUNCTION refuse_other_moves(
        ${MOVES}, 'EXPIRED>OFFERED', 'OFFERED>PENDING', 'OFFERED>REFUNDED');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Its hold ends, and then its money goes back: as it was before there were offers.
      UPDATE orders SET state = 'PENDING' WHERE state = 'OFFERED';
      DROP TRIGGER orders_moves ON orders;
      CREATE TRIGGER orders_moves BEFORE UPDATE OF state ON orders FOR EACH ROW EXECUTE FUNCTION refuse_other_moves(${MOVES});
      ALTER TABLE orders
        DROP CONSTRAINT orders_state_check,
        ADD CONSTRAINT orders_state_check
          CHECK (state IN ('AWAITING_APPROVAL', 'PENDING', 'PAID', 'EXPIRED', 'REFUNDED', 'CANCELLED', 'CHARGED_BACK'));
      DROP TABLE offered_seats;
      ALTER TABLE organizations DROP COLUMN seat_offer_minutes;
    `);
  }
}

const MOVES = `'AWAITING_APPROVAL>PENDING', 'AWAITING_APPROVAL>EXPIRED', 'AWAITING_APPROVAL>CANCELLED',
        'PENDING>PAID', 'PENDING>EXPIRED', 'PENDING>CANCELLED', 'PENDING>REFUNDED',
        'EXPIRED>PAID', 'EXPIRED>REFUNDED', 'CANCELLED>REFUNDED', 'PAID>CHARGED_BACK'`;
