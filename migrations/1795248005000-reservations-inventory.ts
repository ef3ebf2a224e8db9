import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReservationsInventory1795248005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE EXTENSION IF NOT EXISTS btree_gist;

      -- A passenger's booking session: ACTIVE until expires_at, then CONVERTED, EXPIRED or CANCELLED for good.
      CREATE TABLE reservations (
        id uuid PRIMARY KEY,
        bookable_id uuid NOT NULL REFERENCES bookables (id),
        organization_id uuid NOT NULL,
        from_position integer NOT NULL CHECK (from_position >= 0),
        to_position integer NOT NULL CHECK (to_position > from_position),
        user_id uuid REFERENCES users (id),
        session_token_hash text NOT NULL CONSTRAINT reservations_session_token_hash UNIQUE,
        state text NOT NULL CHECK (state IN ('ACTIVE', 'CONVERTED', 'EXPIRED', 'CANCELLED')),
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        ended_at timestamptz
      );
      CREATE INDEX reservations_due ON reservations (expires_at) WHERE state = 'ACTIVE';
      CREATE INDEX reservations_user ON reservations (user_id, created_at);

      -- Who has a seat on which legs. The exclusion constraint is the guarantee: no two claims of one seat share a leg.
      -- An expired claim still excludes, because an index cannot look at the clock; the statement that needs the seat
      -- removes it first.
      CREATE TABLE seat_claims (
        id uuid PRIMARY KEY,
        reservation_id uuid NOT NULL REFERENCES reservations (id),
        bookable_id uuid NOT NULL,
        seat_id uuid NOT NULL REFERENCES seats (id),
        tier_id uuid NOT NULL REFERENCES tiers (id),
        legs int4range NOT NULL CHECK (NOT isempty(legs)),
        price_minor integer NOT NULL CHECK (price_minor >= 0),
        -- null: sold, it does not expire
        expires_at timestamptz,
        CONSTRAINT seat_claims_no_overlap EXCLUDE USING gist (bookable_id WITH =, seat_id WITH =, legs WITH &&)
      );
      CREATE INDEX seat_claims_reservation ON seat_claims (reservation_id);
      CREATE INDEX seat_claims_tier ON seat_claims (tier_id);

      -- The live map: every change of a bookable's seats has the next number, without gaps.
      CREATE TABLE live_maps (
        bookable_id uuid PRIMARY KEY REFERENCES bookables (id),
        sequence bigint NOT NULL
      );
      CREATE TABLE live_map_changes (
        bookable_id uuid NOT NULL REFERENCES live_maps (bookable_id) ON DELETE CASCADE,
        sequence bigint NOT NULL,
        seats jsonb NOT NULL,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (bookable_id, sequence)
      );
      CREATE INDEX live_map_changes_old ON live_map_changes (changed_at);

      CREATE TABLE orders (
        id uuid PRIMARY KEY,
        number text NOT NULL CONSTRAINT orders_number_key UNIQUE,
        reservation_id uuid NOT NULL CONSTRAINT orders_reservation_key UNIQUE REFERENCES reservations (id),
        bookable_id uuid NOT NULL REFERENCES bookables (id),
        organization_id uuid NOT NULL,
        user_id uuid REFERENCES users (id),
        name text NOT NULL,
        email text NOT NULL,
        phone text,
        currency text NOT NULL,
        total_minor integer NOT NULL CHECK (total_minor >= 0),
        state text NOT NULL CHECK (state IN ('PENDING', 'PAID', 'EXPIRED', 'REFUNDED', 'CANCELLED')),
        created_at timestamptz NOT NULL,
        paid_at timestamptz,
        ended_at timestamptz
      );
      CREATE INDEX orders_user ON orders (user_id, created_at);

      CREATE TABLE line_items (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL REFERENCES orders (id),
        position integer NOT NULL,
        seat_id uuid NOT NULL REFERENCES seats (id),
        tier_id uuid NOT NULL REFERENCES tiers (id),
        description text NOT NULL,
        price_minor integer NOT NULL CHECK (price_minor >= 0),
        discount_minor integer NOT NULL DEFAULT 0 CHECK (discount_minor BETWEEN 0 AND price_minor),
        tax_minor integer NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
        fee_minor integer NOT NULL DEFAULT 0 CHECK (fee_minor >= 0),
        total_minor integer NOT NULL CHECK (total_minor = price_minor - discount_minor + tax_minor + fee_minor),
        CONSTRAINT line_items_position UNIQUE (order_id, position)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE line_items, orders, live_map_changes, live_maps, seat_claims, reservations;
      DROP EXTENSION btree_gist;
    `);
  }
}
