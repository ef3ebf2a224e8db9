import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReservationsBatches1795248010500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(READ);
    await runner.query(WRITE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION read_for_holds, write_holds`);
  }
}

const READ = `
  -- First half of a batch of holds: locks the inventories in one order and reads what decides. An inventory that
  -- somebody else has locked is left out, or waited for when wait_for_lock. Arrays of results are aligned with the
  -- arrays that were given, locked ones with locked.
  CREATE FUNCTION read_for_holds(
    at timestamptz, wait_for_lock boolean, wanted_bookables uuid[],
    seat_bookables uuid[], seat_ordinals integer[],
    area_bookables uuid[], wanted_areas uuid[],
    wanted_tiers uuid[], wanted_keys text[],
    account_bookables uuid[], accounts uuid[], address_bookables uuid[], addresses text[],
    OUT locked uuid[], OUT sequences bigint[], OUT revisions bigint[], OUT due boolean[],
    OUT seat_legs text[], OUT seat_until bigint[], OUT area_taken text[], OUT area_capacities integer[],
    OUT tier_left integer[], OUT replay_keys text[], OUT replay_ids uuid[], OUT replay_fingerprints text[],
    OUT account_open integer[], OUT account_places integer[], OUT address_open integer[]
  ) LANGUAGE plpgsql
  -- Everything is looked up by key. A plan is kept by its connection, perhaps from a time when a table was empty and
  -- reading all of it was cheap.
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  BEGIN
    -- A statement of its own: what is read after it is read after the lock.
    IF wait_for_lock THEN
      SELECT array_agg(l.bookable_id), array_agg(l.sequence) INTO locked, sequences FROM (
        SELECT i.bookable_id, i.sequence FROM inventories i WHERE i.bookable_id = ANY(wanted_bookables)
        ORDER BY i.bookable_id FOR NO KEY UPDATE) l;
    ELSE
      SELECT array_agg(l.bookable_id), array_agg(l.sequence) INTO locked, sequences FROM (
        SELECT i.bookable_id, i.sequence FROM inventories i WHERE i.bookable_id = ANY(wanted_bookables)
        ORDER BY i.bookable_id FOR NO KEY UPDATE SKIP LOCKED) l;
    END IF;
    SELECT array_agg(b.revision ORDER BY u.n) INTO revisions
      FROM unnest(locked) WITH ORDINALITY u (id, n) JOIN bookables b ON b.id = u.id;
    -- Places that are counted and not named: have some become free by the clock alone?
    IF cardinality(wanted_areas) > 0 OR cardinality(wanted_tiers) > 0 THEN
      SELECT array_agg(EXISTS (
          SELECT FROM reservations r WHERE r.bookable_id = u.id AND r.state = 'ACTIVE' AND r.expires_at <= at) ORDER BY u.n)
        INTO due FROM unnest(locked) WITH ORDINALITY u (id, n);
    END IF;
    IF cardinality(seat_ordinals) > 0 THEN
      SELECT array_agg(c.legs ORDER BY u.n), array_agg(floor(extract(epoch FROM c.held_until) * 1000)::bigint ORDER BY u.n)
        INTO seat_legs, seat_until
        FROM unnest(seat_bookables, seat_ordinals) WITH ORDINALITY u (bookable, ordinal, n)
        LEFT JOIN seat_cells c ON c.bookable_id = u.bookable AND c.ordinal = u.ordinal;
    END IF;
    IF cardinality(wanted_areas) > 0 THEN
      SELECT array_agg(array_to_string(c.taken, ',') ORDER BY u.n), array_agg(c.capacity ORDER BY u.n)
        INTO area_taken, area_capacities
        FROM unnest(area_bookables, wanted_areas) WITH ORDINALITY u (bookable, area, n)
        LEFT JOIN area_cells c ON c.bookable_id = u.bookable AND c.area_id = u.area;
    END IF;
    IF cardinality(wanted_tiers) > 0 THEN
      SELECT array_agg(t.quantity - t.taken ORDER BY u.n) INTO tier_left
        FROM unnest(wanted_tiers) WITH ORDINALITY u (id, n) LEFT JOIN tiers t ON t.id = u.id;
    END IF;
    IF cardinality(wanted_keys) > 0 THEN
      SELECT array_agg(r.request_key), array_agg(r.id), array_agg(r.request_fingerprint)
        INTO replay_keys, replay_ids, replay_fingerprints
        FROM reservations r WHERE r.request_key = ANY(wanted_keys);
    END IF;
    IF cardinality(accounts) > 0 THEN
      SELECT array_agg(c.open ORDER BY u.n), array_agg(c.places ORDER BY u.n) INTO account_open, account_places
        FROM unnest(account_bookables, accounts) WITH ORDINALITY u (bookable, account, n)
        CROSS JOIN LATERAL (
          SELECT (count(*) FILTER (WHERE r.state = 'ACTIVE'))::integer AS open, coalesce(sum(cardinality(r.seat_ids)), 0)::integer AS places
          FROM reservations r WHERE r.user_id = u.account AND r.bookable_id = u.bookable
            AND (r.state = 'CONVERTED' OR r.state = 'ACTIVE' AND r.expires_at > at)) c;
    END IF;
    IF cardinality(addresses) > 0 THEN
      SELECT array_agg(c.open ORDER BY u.n) INTO address_open
        FROM unnest(address_bookables, addresses) WITH ORDINALITY u (bookable, address, n)
        CROSS JOIN LATERAL (
          SELECT count(*)::integer AS open FROM reservations r
          WHERE r.bookable_id = u.bookable AND r.address = u.address AND r.state = 'ACTIVE'
            -- Not for the index of what is due: most of it is not.
            AND r.expires_at - at > interval '0') c;
    END IF;
  END $$;`;

const WRITE = `
  -- Second half: writes what was decided under the locks of the first. Nothing is taken on trust: a cell that is not
  -- free, a tier or an area that would overflow, a key that is there already undoes the whole batch.
  CREATE FUNCTION write_holds(
    at timestamptz, changed_bookables uuid[], new_sequences bigint[],
    ids uuid[], bookables uuid[], organizations uuid[], froms integer[], tos integer[], users uuid[], token_hashes text[],
    ends timestamptz[], addresses text[], keys text[], fingerprints text[], seats text[], areas text[], tiers_of text[], prices_of text[],
    cell_requests integer[], cell_ordinals integer[], cell_sequences bigint[],
    area_bookables uuid[], area_wanted uuid[], area_froms integer[], area_tos integer[], area_counts integer[],
    limited_tiers uuid[], limited_counts integer[],
    OUT seat_legs text[]
  ) LANGUAGE plpgsql
  -- Everything is looked up by key. A plan is kept by its connection, perhaps from a time when a table was empty and
  -- reading all of it was cheap.
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  DECLARE
    written integer;
  BEGIN
    UPDATE inventories i SET sequence = n.sequence FROM unnest(changed_bookables, new_sequences) n (id, sequence)
      WHERE i.bookable_id = n.id AND i.sequence = n.sequence - 1;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> cardinality(changed_bookables) THEN
      RAISE EXCEPTION 'an inventory of the batch has moved on' USING ERRCODE = 'serialization_failure';
    END IF;
    INSERT INTO reservations (id, bookable_id, organization_id, from_position, to_position, user_id, session_token_hash, state, expires_at,
        created_at, address, request_key, request_fingerprint, seat_ids, area_ids, tier_ids, prices)
      SELECT r.id, r.bookable, r.organization, r.f, r.t, r.account, r.token, 'ACTIVE', r.until, at, r.address, r.key, r.fingerprint,
        r.seat_ids::uuid[], r.area_ids::uuid[], r.tier_ids::uuid[], r.prices::integer[]
      FROM unnest(ids, bookables, organizations, froms, tos, users, token_hashes, ends, addresses, keys, fingerprints, seats, areas, tiers_of, prices_of)
        AS r (id, bookable, organization, f, t, account, token, until, address, key, fingerprint, seat_ids, area_ids, tier_ids, prices);
    IF cardinality(cell_ordinals) > 0 THEN
      WITH taken AS (
        UPDATE seat_cells c SET
          legs = overlay(c.legs PLACING repeat('h', w.t - w.f) FROM w.f + 1),
          holders = c.holders[:w.f] || array_fill(w.id, ARRAY[w.t - w.f]) || c.holders[w.t + 1:],
          held_until = least(c.held_until, w.until),
          changed = w.sequence
        FROM (SELECT bookables[u.r] AS bookable, ids[u.r] AS id, froms[u.r] AS f, tos[u.r] AS t, ends[u.r] AS until, u.ordinal, u.sequence, u.n
              FROM unnest(cell_requests, cell_ordinals, cell_sequences) WITH ORDINALITY u (r, ordinal, sequence, n)) w
        WHERE c.bookable_id = w.bookable AND c.ordinal = w.ordinal AND replace(substr(c.legs, w.f + 1, w.t - w.f), '.', '') = ''
        RETURNING w.n, c.legs)
      SELECT array_agg(legs ORDER BY n) INTO seat_legs FROM taken;
      IF coalesce(cardinality(seat_legs), 0) <> cardinality(cell_ordinals) THEN
        RAISE EXCEPTION 'a seat of the batch is not free' USING ERRCODE = 'serialization_failure';
      END IF;
    END IF;
    IF cardinality(area_wanted) > 0 THEN
      -- Several requests may want the same area: added up leg by leg, one update for each area.
      UPDATE area_cells c SET taken = w.taken, changed = i.sequence
      FROM (SELECT k.bookable_id, k.area_id, array_agg(k.taken[leg] + coalesce((
                SELECT sum(u.n) FROM unnest(area_bookables, area_wanted, area_froms, area_tos, area_counts) u (bookable, area, f, t, n)
                WHERE u.bookable = k.bookable_id AND u.area = k.area_id AND leg > u.f AND leg <= u.t), 0)::integer ORDER BY leg) AS taken
            FROM area_cells k CROSS JOIN LATERAL generate_subscripts(k.taken, 1) AS leg
            WHERE k.bookable_id = ANY(area_bookables) AND k.area_id = ANY(area_wanted) GROUP BY k.bookable_id, k.area_id) w
      JOIN inventories i ON i.bookable_id = w.bookable_id
      WHERE c.bookable_id = w.bookable_id AND c.area_id = w.area_id;
    END IF;
    IF cardinality(limited_tiers) > 0 THEN
      UPDATE tiers t SET taken = t.taken + w.n FROM unnest(limited_tiers, limited_counts) w (id, n) WHERE t.id = w.id;
    END IF;
  END $$;`;
