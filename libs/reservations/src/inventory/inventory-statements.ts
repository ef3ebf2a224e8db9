/** The number of the change that is under way: the inventory's row has it already. */
const NUMBER = `(SELECT i.sequence FROM inventories i WHERE i.bookable_id = c.bookable_id)`;

/**
 * The earliest end of the holds that a row has left; `sold` are active for a moment yet, and hold nothing any more. The
 * holders are few and known by their ids: the index of all that are active is kept out of it.
 */
const EARLIEST_END = (legs: string, holders: string, sold?: string): string =>
  `CASE WHEN strpos(${legs}, 'h') > 0 THEN (
     SELECT min(r.expires_at) FROM reservations r
     WHERE r.id = ANY(${holders}) AND r.state || '' = 'ACTIVE'${sold ? ` AND r.id <> ALL(${sold})` : ''}) END`;

/** Seats of reservations: each with those of them that may have a leg of it. Few at a time, so that rows are compared with few. */
const SEATS_OF = (reservations: string): string => `
  SELECT r.bookable_id, s.ordinal, array_agg(r.id) AS ids
  FROM reservations r CROSS JOIN LATERAL unnest(r.seat_ids) AS p (seat_id) JOIN seats s ON s.id = p.seat_id
  WHERE r.id = ANY(${reservations}) GROUP BY r.bookable_id, s.ordinal`;

/** Writes `mark` on every leg that one of the `ids` of a seat has; `seats` are bookable_id, ordinal, ids. */
const REWRITE = (mark: '.' | 's', seats: string, sold?: string): string => `
  UPDATE seat_cells c SET legs = n.legs, holders = n.holders, held_until = ${EARLIEST_END('n.legs', 'n.holders', sold)}, changed = ${NUMBER}
  FROM (
    SELECT k.bookable_id, k.ordinal,
      (SELECT string_agg(CASE WHEN u.holder = ANY(w.ids) THEN '${mark}' ELSE substr(k.legs, u.leg::integer, 1) END, '' ORDER BY u.leg)
       FROM unnest(k.holders) WITH ORDINALITY u (holder, leg)) AS legs,
      ${
        mark === 's'
          ? 'k.holders'
          : `(SELECT array_agg(CASE WHEN u.holder = ANY(w.ids) THEN NULL ELSE u.holder END ORDER BY u.leg)
       FROM unnest(k.holders) WITH ORDINALITY u (holder, leg))`
      } AS holders
    FROM (${seats}) w JOIN seat_cells k USING (bookable_id, ordinal) WHERE k.holders && w.ids) n
  WHERE c.bookable_id = n.bookable_id AND c.ordinal = n.ordinal
  RETURNING c.bookable_id, c.ordinal, c.legs`;

/** Of reservations `$1`: whatever seats they still have. */
export const FREE_SEATS = REWRITE('.', SEATS_OF('$1::uuid[]'));

export const SELL_SEATS = REWRITE('s', SEATS_OF('$1::uuid[]'), '$1::uuid[]');

/** The seats `$3` of bookable `$2`, as far as reservation `$1` has them. */
export const FREE_SOME_SEATS = REWRITE(
  '.',
  `SELECT $2::uuid AS bookable_id, unnest($3::integer[]) AS ordinal, ARRAY[$1::uuid] AS ids`,
);

/** Seats `$3` of bookable `$2` on the legs from `$4` to `$5`, for reservation `$1` until `$6`, or sold with null. */
export const TAKE_SEATS = `
  UPDATE seat_cells c SET
    legs = overlay(c.legs PLACING repeat(CASE WHEN $6::timestamptz IS NULL THEN 's' ELSE 'h' END, $5::integer - $4::integer) FROM $4::integer + 1),
    holders = c.holders[:$4::integer] || array_fill($1::uuid, ARRAY[$5::integer - $4::integer]) || c.holders[$5::integer + 1:],
    held_until = least(c.held_until, $6::timestamptz), changed = ${NUMBER}
  WHERE c.bookable_id = $2 AND c.ordinal = ANY($3::integer[]) AND replace(substr(c.legs, $4::integer + 1, $5::integer - $4::integer), '.', '') = ''
  RETURNING c.bookable_id, c.ordinal, c.legs`;

/** The seats of reservation `$1` are held until its end, which was moved. */
export const PROLONG_SEATS = `
  UPDATE seat_cells c SET held_until = ${EARLIEST_END('c.legs', 'c.holders')}
  FROM (${SEATS_OF('ARRAY[$1::uuid]')}) w WHERE c.bookable_id = w.bookable_id AND c.ordinal = w.ordinal`;

/** Places in areas of reservations `$1`: they were counted, each is counted back once. */
export const FREE_AREAS = `
  UPDATE area_cells c SET taken = n.taken, changed = ${NUMBER}
  FROM (
    SELECT k.bookable_id, k.area_id, array_agg(k.taken[leg] - (
        SELECT count(*)::integer FROM reservations r CROSS JOIN LATERAL unnest(r.area_ids) AS p (area_id)
        WHERE r.id = ANY($1::uuid[]) AND r.bookable_id = k.bookable_id AND p.area_id = k.area_id
          AND leg > r.from_position AND leg <= r.to_position) ORDER BY leg) AS taken
    FROM area_cells k CROSS JOIN LATERAL generate_subscripts(k.taken, 1) AS leg
    WHERE (k.bookable_id, k.area_id) IN (
      SELECT r.bookable_id, p.area_id FROM reservations r CROSS JOIN LATERAL unnest(r.area_ids) AS p (area_id) WHERE r.id = ANY($1::uuid[]))
    GROUP BY k.bookable_id, k.area_id) n
  WHERE c.bookable_id = n.bookable_id AND c.area_id = n.area_id`;

/** `$5` places more (or fewer) of area `$2` of bookable `$1` on the legs from `$3` to `$4`. */
export const CHANGE_AREA = `
  UPDATE area_cells c SET
    taken = c.taken[:$3::integer] || (SELECT array_agg(t + $5::integer ORDER BY n) FROM unnest(c.taken[$3::integer + 1:$4::integer]) WITH ORDINALITY u (t, n))
      || c.taken[$4::integer + 1:],
    changed = ${NUMBER}
  WHERE c.bookable_id = $1 AND c.area_id = $2`;

export const LEFT_IN_AREA = `
  SELECT capacity - (SELECT max(t) FROM unnest(taken[$3::integer + 1:$4::integer]) AS t) AS left
  FROM area_cells WHERE bookable_id = $1 AND area_id = $2`;

/** Of the seats `$2` of bookable `$1`, those that somebody has on some of the legs from `$3` to `$4`. */
export const SEATS_NOT_FREE = `
  SELECT ordinal FROM seat_cells WHERE bookable_id = $1 AND ordinal = ANY($2::integer[])
    AND replace(substr(legs, $3::integer + 1, $4::integer - $3::integer), '.', '') <> '' ORDER BY ordinal`;

export const FREE_TIERS = `
  UPDATE tiers t SET taken = t.taken - n.count FROM (
    SELECT p.tier_id, count(*)::integer AS count FROM reservations r CROSS JOIN LATERAL unnest(r.tier_ids) AS p (tier_id)
    WHERE r.id = ANY($1::uuid[]) GROUP BY p.tier_id) n
  WHERE t.id = n.tier_id AND t.quantity IS NOT NULL`;

/** Takes the last place that fits out of the list of reservation `$1`: seat `$2`, or area `$3`, of tier `$4` if it is said. */
export const REMOVE_PLACE = `
  WITH place AS (
    SELECT p.position + 1 AS i, p.tier_id, s.ordinal FROM reservation_places p LEFT JOIN seats s ON s.id = p.seat_id
    WHERE p.reservation_id = $1 AND p.seat_id IS NOT DISTINCT FROM $2::uuid AND p.area_id IS NOT DISTINCT FROM $3::uuid
      AND ($4::uuid IS NULL OR p.tier_id = $4)
    ORDER BY p.position DESC LIMIT 1)
  UPDATE reservations r SET seat_ids = seat_ids[:i - 1] || seat_ids[i + 1:], area_ids = area_ids[:i - 1] || area_ids[i + 1:],
    tier_ids = tier_ids[:i - 1] || tier_ids[i + 1:], prices = prices[:i - 1] || prices[i + 1:]
  FROM place WHERE r.id = $1 RETURNING place.tier_id, place.ordinal`;
