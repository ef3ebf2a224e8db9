import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TicketsTickets1795248006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tickets (
        id uuid PRIMARY KEY,
        number text NOT NULL CONSTRAINT tickets_number_key UNIQUE,
        order_id uuid NOT NULL REFERENCES orders (id),
        line_item_id uuid NOT NULL CONSTRAINT tickets_line_item_key UNIQUE REFERENCES line_items (id),
        reservation_id uuid NOT NULL REFERENCES reservations (id),
        bookable_id uuid NOT NULL REFERENCES bookables (id),
        organization_id uuid NOT NULL,
        user_id uuid REFERENCES users (id),
        seat_id uuid NOT NULL REFERENCES seats (id),
        seat_label text NOT NULL,
        tier_name text NOT NULL,
        from_position integer NOT NULL,
        to_position integer NOT NULL CHECK (to_position > from_position),
        from_name text NOT NULL,
        to_name text,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        time_zone text NOT NULL,
        price_minor integer NOT NULL,
        currency text NOT NULL,
        attendee_name text NOT NULL,
        attendee_email text NOT NULL,
        attendee_phone text,
        state text NOT NULL CHECK (state IN ('RESERVED', 'PAID', 'USED', 'EXPIRED', 'CANCELLED', 'REFUNDED')),
        -- raised when the QR code must change: an older code is refused
        serial integer NOT NULL DEFAULT 1,
        document_key text,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL
      );
      CREATE INDEX tickets_user ON tickets (user_id, created_at);
      CREATE INDEX tickets_order ON tickets (order_id);
      CREATE INDEX tickets_bookable ON tickets (bookable_id, state);

      -- Every change of state, with time and actor (a user id, or the name of a job).
      CREATE TABLE ticket_moves (
        id uuid PRIMARY KEY,
        ticket_id uuid NOT NULL REFERENCES tickets (id),
        from_state text,
        to_state text NOT NULL,
        actor text NOT NULL,
        moved_at timestamptz NOT NULL
      );
      CREATE INDEX ticket_moves_ticket ON ticket_moves (ticket_id, moved_at);

      -- The private address of a person's calendar feed.
      CREATE TABLE calendar_feeds (
        user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        token_hash text NOT NULL CONSTRAINT calendar_feeds_token_hash UNIQUE,
        created_at timestamptz NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE calendar_feeds, ticket_moves, tickets;
    `);
  }
}
