import type { Invariant } from '#platform';

/** Legs are counted from 1 here, like elements of arrays. */
const LEGS_OF_RESERVATIONS = `
  SELECT r.id, r.state, r.bookable_id, p.seat_id, s.ordinal, leg
  FROM reservations r CROSS JOIN LATERAL unnest(r.seat_ids) AS p (seat_id) LEFT JOIN seats s ON s.id = p.seat_id
  CROSS JOIN LATERAL generate_series(r.from_position + 1, r.to_position) AS leg
  WHERE r.state IN ('ACTIVE', 'CONVERTED') AND p.seat_id IS NOT NULL`;

const LEGS_OF_CELLS = `
  SELECT c.bookable_id, c.ordinal, u.holder, substr(c.legs, u.leg::integer, 1) AS mark, u.leg::integer AS leg
  FROM seat_cells c CROSS JOIN LATERAL unnest(c.holders) WITH ORDINALITY AS u (holder, leg)`;

/**
 * What holds of the inventory at every moment. Reservations say what somebody has, cells say who has it: both are
 * counted, and must agree.
 */
export const INVENTORY_INVARIANTS: Invariant[] = [
  {
    name: 'seat-held-twice',
    sql: `SELECT 'bookable ' || bookable_id || ' seat ' || seat_id || ' leg ' || leg - 1 || ': ' || string_agg(id::text, ', ' ORDER BY id) AS subject
          FROM (${LEGS_OF_RESERVATIONS}) r GROUP BY bookable_id, seat_id, leg HAVING count(*) > 1`,
  },
  {
    name: 'reservation-without-its-seat',
    sql: `SELECT 'reservation ' || r.id || ' seat ' || r.seat_id || ' leg ' || r.leg - 1 AS subject FROM (${LEGS_OF_RESERVATIONS}) r
          LEFT JOIN seat_cells c ON c.bookable_id = r.bookable_id AND c.ordinal = r.ordinal
          WHERE c.holders[r.leg] IS DISTINCT FROM r.id`,
  },
  {
    name: 'seat-blocked-by-nobody',
    sql: `SELECT 'bookable ' || c.bookable_id || ' ordinal ' || c.ordinal || ' leg ' || c.leg - 1 || ': ' || coalesce(c.holder::text, 'nobody') AS subject
          FROM (${LEGS_OF_CELLS}) c
          WHERE (c.holder IS NOT NULL OR c.mark <> '.') AND NOT EXISTS (
            SELECT FROM (${LEGS_OF_RESERVATIONS}) r
            WHERE r.id = c.holder AND r.bookable_id = c.bookable_id AND r.ordinal = c.ordinal AND r.leg = c.leg)`,
  },
  {
    name: 'seat-marked-wrongly',
    sql: `SELECT 'bookable ' || c.bookable_id || ' ordinal ' || c.ordinal || ' leg ' || c.leg - 1 || ': ' || c.mark || ', ' || r.state AS subject
          FROM (${LEGS_OF_CELLS}) c JOIN reservations r ON r.id = c.holder
          WHERE c.mark <> CASE r.state WHEN 'ACTIVE' THEN 'h' WHEN 'CONVERTED' THEN 's' ELSE c.mark END`,
  },
  {
    // Later it would be shown too long, earlier it would be asked for again and again.
    name: 'hold-end-differs',
    sql: `SELECT 'bookable ' || c.bookable_id || ' ordinal ' || c.ordinal AS subject FROM seat_cells c
          CROSS JOIN LATERAL (SELECT min(r.expires_at) AS ends FROM reservations r WHERE r.id = ANY(c.holders) AND r.state = 'ACTIVE') h
          WHERE c.held_until IS DISTINCT FROM h.ends`,
  },
  {
    name: 'change-without-number',
    sql: `SELECT 'bookable ' || c.bookable_id || ' ordinal ' || c.ordinal AS subject
          FROM seat_cells c JOIN inventories i ON i.bookable_id = c.bookable_id WHERE c.changed > i.sequence`,
  },
  {
    name: 'hold-without-owner',
    sql: `SELECT 'reservation ' || id AS subject FROM reservations
          WHERE state = 'ACTIVE' AND user_id IS NULL AND session_token_hash !~ '^[A-Za-z0-9_-]{43}$'`,
  },
  {
    name: 'hold-without-end',
    sql: `SELECT 'reservation ' || id AS subject FROM reservations
          WHERE state = 'ACTIVE' AND (NOT isfinite(expires_at) OR expires_at > created_at + interval '1440 minutes'
            -- an order may wait for approval, and then for its payment, for a month each
            + CASE WHEN EXISTS (SELECT FROM orders o WHERE o.reservation_id = reservations.id) THEN interval '60 days' ELSE interval '0' END)
            -- one that was taken up again for a late payment has an end of its own
            AND NOT EXISTS (SELECT FROM orders o WHERE o.reservation_id = reservations.id AND o.state = 'OFFERED')`,
  },
  {
    name: 'hold-of-nothing',
    sql: `SELECT 'reservation ' || id AS subject FROM reservations WHERE state IN ('ACTIVE', 'CONVERTED') AND cardinality(seat_ids) = 0`,
  },
  {
    name: 'end-not-recorded',
    sql: `SELECT 'reservation ' || id AS subject FROM reservations WHERE (state = 'ACTIVE') <> (ended_at IS NULL)`,
  },
  {
    name: 'place-of-two-kinds',
    sql: `SELECT 'reservation ' || reservation_id || ' place ' || position AS subject FROM reservation_places
          WHERE num_nonnulls(seat_id, area_id) <> 1 OR tier_id IS NULL OR price_minor IS NULL OR price_minor < 0`,
  },
  {
    name: 'area-over-capacity',
    sql: `SELECT 'bookable ' || c.bookable_id || ' area ' || c.area_id AS subject FROM area_cells c JOIN areas a ON a.id = c.area_id
          WHERE c.capacity > a.capacity OR a.capacity < ANY (c.taken) OR 0 > ANY (c.taken)`,
  },
  {
    name: 'area-count-differs',
    sql: `SELECT 'bookable ' || c.bookable_id || ' area ' || c.area_id || ' leg ' || u.leg - 1 || ': ' || u.taken || ', ' || coalesce(n.count, 0) AS subject
          FROM area_cells c CROSS JOIN LATERAL unnest(c.taken) WITH ORDINALITY AS u (taken, leg)
          LEFT JOIN (
            SELECT r.bookable_id, p.area_id, leg, count(*) FROM reservations r CROSS JOIN LATERAL unnest(r.area_ids) AS p (area_id)
            CROSS JOIN LATERAL generate_series(r.from_position + 1, r.to_position) AS leg
            WHERE r.state IN ('ACTIVE', 'CONVERTED') AND p.area_id IS NOT NULL GROUP BY 1, 2, 3) n
            ON n.bookable_id = c.bookable_id AND n.area_id = c.area_id AND n.leg = u.leg
          WHERE u.taken IS DISTINCT FROM coalesce(n.count, 0)`,
  },
  {
    name: 'tier-count-differs',
    sql: `SELECT 'tier ' || t.id || ': ' || t.taken || ', ' || coalesce(n.count, 0) AS subject FROM tiers t
          LEFT JOIN (
            SELECT p.tier_id, count(*) FROM reservations r CROSS JOIN LATERAL unnest(r.tier_ids) AS p (tier_id)
            WHERE r.state IN ('ACTIVE', 'CONVERTED') GROUP BY 1) n ON n.tier_id = t.id
          WHERE t.quantity IS NOT NULL AND t.taken <> coalesce(n.count, 0)`,
  },
  {
    name: 'tier-over-quantity',
    sql: `SELECT 'tier ' || id || ': ' || taken || ' of ' || quantity AS subject FROM tiers WHERE taken > quantity OR taken < 0`,
  },
  {
    // Exactly the seats and areas of the layout, each with all the legs; from 1, as every array that PostgreSQL makes.
    name: 'inventory-incomplete',
    sql: `SELECT 'bookable ' || b.id || ' ordinal ' || coalesce(s.ordinal, c.ordinal) AS subject
          FROM (SELECT i.bookable_id, s.ordinal FROM inventories i JOIN bookables b ON b.id = i.bookable_id JOIN seats s ON s.seat_map_id = b.seat_map_id) s
          FULL JOIN seat_cells c ON c.bookable_id = s.bookable_id AND c.ordinal = s.ordinal
          JOIN bookables b ON b.id = coalesce(s.bookable_id, c.bookable_id)
          WHERE s.ordinal IS NULL OR (length(c.legs), array_dims(c.holders)) IS DISTINCT FROM (b.leg_count, '[1:' || b.leg_count || ']')
          UNION ALL SELECT 'bookable ' || b.id || ' area ' || coalesce(a.area_id, c.area_id)
          FROM (SELECT i.bookable_id, a.id AS area_id, a.capacity FROM inventories i JOIN bookables b ON b.id = i.bookable_id JOIN areas a ON a.seat_map_id = b.seat_map_id) a
          FULL JOIN area_cells c ON c.bookable_id = a.bookable_id AND c.area_id = a.area_id
          JOIN bookables b ON b.id = coalesce(a.bookable_id, c.bookable_id)
          WHERE (c.capacity, array_dims(c.taken)) IS DISTINCT FROM (a.capacity, '[1:' || b.leg_count || ']')`,
  },
  {
    // An import would change it under the passengers.
    name: 'inventory-not-locked',
    sql: `SELECT 'bookable ' || i.bookable_id AS subject FROM inventories i JOIN bookables b ON b.id = i.bookable_id WHERE b.locked_at IS NULL`,
  },
  {
    name: 'request-answered-twice',
    sql: `SELECT 'reservations ' || string_agg(id::text, ', ' ORDER BY id) AS subject FROM reservations
          WHERE request_key IS NOT NULL GROUP BY request_key HAVING count(*) > 1`,
  },
  {
    name: 'orphan',
    sql: `SELECT 'reservation ' || r.id || ': no inventory' AS subject FROM reservations r
            WHERE NOT EXISTS (SELECT FROM inventories i WHERE i.bookable_id = r.bookable_id)
          UNION ALL SELECT 'reservation ' || r.id || ': no user ' || r.user_id FROM reservations r
            WHERE r.user_id IS NOT NULL AND NOT EXISTS (SELECT FROM users u WHERE u.id = r.user_id)
          UNION ALL SELECT 'reservation ' || p.reservation_id || ': no place ' || coalesce(p.seat_id, p.area_id) FROM reservation_places p
            JOIN bookables b ON b.id = p.bookable_id
            WHERE NOT EXISTS (SELECT FROM seats s WHERE s.id = p.seat_id AND s.seat_map_id = b.seat_map_id)
              AND NOT EXISTS (SELECT FROM areas a WHERE a.id = p.area_id AND a.seat_map_id = b.seat_map_id)
          UNION ALL SELECT 'reservation ' || p.reservation_id || ': no tier ' || p.tier_id FROM reservation_places p
            JOIN reservations r ON r.id = p.reservation_id
            -- A tier of which nothing is held or ordered can be deleted.
            WHERE (r.state IN ('ACTIVE', 'CONVERTED') OR EXISTS (SELECT FROM orders o WHERE o.reservation_id = r.id))
              AND NOT EXISTS (SELECT FROM tiers t WHERE t.id = p.tier_id AND t.bookable_id = p.bookable_id)
          UNION ALL SELECT 'reservation ' || r.id || ': legs beyond the end' FROM reservations r JOIN bookables b ON b.id = r.bookable_id
            WHERE r.to_position > b.leg_count
          UNION ALL SELECT 'reservation ' || r.id || ': not of organization ' || r.organization_id FROM reservations r
            JOIN bookables b ON b.id = r.bookable_id WHERE b.organization_id <> r.organization_id`,
  },
];
