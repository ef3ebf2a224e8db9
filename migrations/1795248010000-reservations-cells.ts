import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReservationsCells1795248010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(CARRY_OVER);
    await runner.query(FUNCTIONS);
    await runner.query(`DROP TABLE seat_claims, live_map_changes, live_maps`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE seat_claims (
        id uuid PRIMARY KEY,
        reservation_id uuid NOT NULL REFERENCES reservations (id),
        bookable_id uuid NOT NULL,
        seat_id uuid NOT NULL REFERENCES seats (id),
        tier_id uuid NOT NULL REFERENCES tiers (id),
        legs int4range NOT NULL CHECK (NOT isempty(legs)),
        price_minor integer NOT NULL CHECK (price_minor >= 0),
        expires_at timestamptz,
        CONSTRAINT seat_claims_no_overlap EXCLUDE USING gist (bookable_id WITH =, seat_id WITH =, legs WITH &&)
      );
      CREATE INDEX seat_claims_reservation ON seat_claims (reservation_id);
      CREATE INDEX seat_claims_tier ON seat_claims (tier_id);
      INSERT INTO seat_claims (id, reservation_id, bookable_id, seat_id, tier_id, legs, price_minor, expires_at)
      SELECT gen_random_uuid(), r.id, r.bookable_id, p.seat_id, p.tier_id, int4range(r.from_position, r.to_position), p.price_minor,
        CASE r.state WHEN 'ACTIVE' THEN r.expires_at END
      FROM reservations r JOIN reservation_places p ON p.reservation_id = r.id
      WHERE r.state IN ('ACTIVE', 'CONVERTED') AND p.seat_id IS NOT NULL;

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
      INSERT INTO live_maps (bookable_id, sequence) SELECT bookable_id, sequence FROM inventories;

      DROP FUNCTION cell_legs_at, refuse_second_holder CASCADE;
      DROP VIEW reservation_places;
      DROP TABLE seat_cells, area_cells, inventories;
      DROP INDEX reservations_open, reservations_request_key;
      ALTER TABLE reservations DROP COLUMN seat_ids, DROP COLUMN area_ids, DROP COLUMN tier_ids, DROP COLUMN prices,
        DROP COLUMN extensions, DROP COLUMN address, DROP COLUMN request_key, DROP COLUMN request_fingerprint,
        ADD CONSTRAINT reservations_session_token_hash UNIQUE (session_token_hash),
        ADD CONSTRAINT reservations_bookable_id_fkey FOREIGN KEY (bookable_id) REFERENCES bookables (id),
        ADD CONSTRAINT reservations_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
      DROP INDEX reservations_user;
      CREATE INDEX reservations_user ON reservations (user_id, created_at);
      -- An order for places in an area has no way back.
      ALTER TABLE line_items DROP COLUMN area_id, ALTER COLUMN seat_id SET NOT NULL;
    `);
  }
}

const TABLES = `
  -- One row for each bookable that has ever been reserved. Its lock orders everything that changes the places of the
  -- bookable; its sequence numbers the changes.
  CREATE TABLE inventories (
    bookable_id uuid PRIMARY KEY REFERENCES bookables (id),
    sequence bigint NOT NULL DEFAULT 0 CHECK (sequence >= 0)
  ) WITH (fillfactor = 50);

  -- One row for each seat, one holder for each of its legs: a second one has no place to be written. No index on what
  -- changes, and free room on the page, so that an update stays on its page and touches no index.
  CREATE TABLE seat_cells (
    bookable_id uuid NOT NULL REFERENCES inventories (bookable_id),
    -- seats.ordinal of the bookable's seat map
    ordinal integer NOT NULL CHECK (ordinal >= 0),
    -- one character per leg: . free, h held, s sold
    legs text NOT NULL CHECK (legs <> '' AND translate(legs, '.hs', '') = ''),
    -- the reservation that has the leg
    holders uuid[] NOT NULL CHECK (cardinality(holders) = length(legs) AND cardinality(array_remove(holders, NULL)) = length(replace(legs, '.', ''))),
    -- the earliest end of the holds in this row; from then on ask the reservations
    held_until timestamptz,
    -- the number of its last change
    changed bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (bookable_id, ordinal)
  ) WITH (fillfactor = 50);

  CREATE TABLE area_cells (
    bookable_id uuid NOT NULL REFERENCES inventories (bookable_id),
    area_id uuid NOT NULL REFERENCES areas (id),
    capacity integer NOT NULL CHECK (capacity > 0),
    -- places held or sold on each leg
    taken integer[] NOT NULL,
    changed bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (bookable_id, area_id),
    CONSTRAINT area_cells_within_capacity CHECK (0 <= ALL (taken) AND capacity >= ALL (taken))
  ) WITH (fillfactor = 50);

  -- A leg that somebody has is never given to another: it must be freed first. The structure leaves room for one
  -- holder; this keeps a mistake from writing over it.
  CREATE FUNCTION refuse_second_holder() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    FOR leg IN 1 .. cardinality(OLD.holders) LOOP
      -- Null on either side is no conflict.
      IF OLD.holders[leg] <> NEW.holders[leg] THEN
        RAISE EXCEPTION 'seat % of % has a holder on leg %', OLD.ordinal, OLD.bookable_id, leg - 1
          USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'seat_cells_one_holder', TABLE = 'seat_cells';
      END IF;
    END LOOP;
    RETURN NEW;
  END $$;
  CREATE TRIGGER seat_cells_one_holder BEFORE UPDATE OF holders ON seat_cells FOR EACH ROW
    WHEN (translate(OLD.legs, '.', '') <> '') EXECUTE FUNCTION refuse_second_holder();

  ALTER TABLE reservations
    -- Places, one element each. A seat has an id of its own; a place in an area has only the area's.
    ADD COLUMN seat_ids uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN area_ids uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN tier_ids uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN prices integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN extensions integer NOT NULL DEFAULT 0 CHECK (extensions >= 0),
    -- where it came from, as a keyed hash
    ADD COLUMN address text,
    -- the idempotency key with its scope, hashed, and what was asked with it
    ADD COLUMN request_key text,
    ADD COLUMN request_fingerprint text,
    ADD CONSTRAINT reservations_places CHECK (cardinality(area_ids) = cardinality(seat_ids)
      AND cardinality(tier_ids) = cardinality(seat_ids) AND cardinality(prices) = cardinality(seat_ids)),
    ADD CONSTRAINT reservations_request CHECK ((request_key IS NULL) = (request_fingerprint IS NULL)),
    -- The token contains the id, and a bookable with an inventory cannot be removed: three index lookups and two row
    -- locks less for every hold.
    DROP CONSTRAINT reservations_session_token_hash,
    DROP CONSTRAINT reservations_bookable_id_fkey,
    DROP CONSTRAINT reservations_user_id_fkey;
  DROP INDEX reservations_user;
  CREATE INDEX reservations_user ON reservations (user_id, created_at) WHERE user_id IS NOT NULL;
  CREATE INDEX reservations_open ON reservations (bookable_id, address) WHERE state = 'ACTIVE';
  CREATE UNIQUE INDEX reservations_request_key ON reservations (request_key) WHERE request_key IS NOT NULL;

  CREATE VIEW reservation_places AS
    SELECT r.id AS reservation_id, r.bookable_id, p.position::integer - 1 AS position, p.seat_id, p.area_id, p.tier_id, p.price_minor
    FROM reservations r
    CROSS JOIN LATERAL unnest(r.seat_ids, r.area_ids, r.tier_ids, r.prices) WITH ORDINALITY AS p (seat_id, area_id, tier_id, price_minor, position);

  ALTER TABLE line_items
    ADD COLUMN area_id uuid REFERENCES areas (id),
    ALTER COLUMN seat_id DROP NOT NULL,
    ADD CONSTRAINT line_items_place CHECK (num_nonnulls(seat_id, area_id) = 1);`;

/** What was claimed before becomes cells. An expired claim of an active reservation is carried over as it is. */
const CARRY_OVER = `
  UPDATE reservations r SET seat_ids = c.seat_ids, area_ids = c.area_ids, tier_ids = c.tier_ids, prices = c.prices
  FROM (SELECT reservation_id, array_agg(seat_id ORDER BY id) AS seat_ids, array_agg(NULL::uuid) AS area_ids,
          array_agg(tier_id ORDER BY id) AS tier_ids, array_agg(price_minor ORDER BY id) AS prices
        FROM seat_claims GROUP BY reservation_id) c
  WHERE c.reservation_id = r.id;

  INSERT INTO inventories (bookable_id, sequence)
  SELECT b.id, coalesce(m.sequence, 0) FROM bookables b LEFT JOIN live_maps m ON m.bookable_id = b.id
  WHERE b.id IN (SELECT bookable_id FROM reservations UNION SELECT bookable_id FROM live_maps);

  INSERT INTO seat_cells (bookable_id, ordinal, legs, holders, held_until, changed)
  SELECT i.bookable_id, s.ordinal,
    string_agg(CASE WHEN c.id IS NULL THEN '.' WHEN c.expires_at IS NULL THEN 's' ELSE 'h' END, '' ORDER BY leg),
    array_agg(c.reservation_id ORDER BY leg), min(c.expires_at), i.sequence
  FROM inventories i JOIN bookables b ON b.id = i.bookable_id JOIN seats s ON s.seat_map_id = b.seat_map_id
  CROSS JOIN generate_series(0, b.leg_count - 1) AS leg
  LEFT JOIN seat_claims c ON c.bookable_id = i.bookable_id AND c.seat_id = s.id AND c.legs @> leg
  GROUP BY i.bookable_id, s.ordinal, i.sequence;

  INSERT INTO area_cells (bookable_id, area_id, capacity, taken)
  SELECT i.bookable_id, a.id, a.capacity, array_fill(0, ARRAY[b.leg_count])
  FROM inventories i JOIN bookables b ON b.id = i.bookable_id JOIN areas a ON a.seat_map_id = b.seat_map_id;

  UPDATE tiers t SET taken = c.taken
  FROM (SELECT tier_id, count(*) AS taken FROM seat_claims GROUP BY tier_id) c
  WHERE c.tier_id = t.id AND t.quantity IS NOT NULL;`;

const FUNCTIONS = `
  -- The legs of a seat as they are at a moment: a hold whose time is up is free, also before anybody records it.
  CREATE FUNCTION cell_legs_at(legs text, holders uuid[], at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(CASE WHEN r.id IS NULL THEN substr(legs, u.leg::integer, 1) ELSE '.' END, '' ORDER BY u.leg)
    FROM unnest(holders) WITH ORDINALITY AS u (holder, leg)
    LEFT JOIN reservations r ON r.id = u.holder AND r.state || '' = 'ACTIVE' AND r.expires_at - at <= interval '0'
  $$;`;
