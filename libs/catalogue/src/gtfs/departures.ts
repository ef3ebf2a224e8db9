import type { Database } from '#platform';
import type { ImportContext } from './import-context.js';
import { NEW_ID } from './new-id-sql.js';

/** The one tier that an imported trip has. The organiser may add others. */
export const TIER_NAME = 'Standard';

/**
 * Makes `gtfs_departure`: every trip on every day of the window on which it runs, with the id of the bookable that an
 * earlier import made for it, or a new one. Times of a service day count from noon minus 12 h in the agency's time
 * zone: that is midnight, except on the days on which the clocks change.
 */
export async function makeDepartures(database: Database, flatFareMinor: number): Promise<void> {
  await database.query(
    `CREATE TEMP TABLE gtfs_departure (
       id uuid, known boolean, trip_line int, trip_id text, service_date date, organization_id uuid, seat_map_id uuid, route_id uuid,
       title text, headsign text, time_zone text, currency text, day_begins_at timestamptz, starts_at timestamptz,
       ends_at timestamptz, leg_count int, price_minor int
     ) ON COMMIT DROP`,
  );
  await database.query(
    `WITH journey AS (
       SELECT trip_line, max(position) AS leg_count, min(departure) AS leaves, max(arrival) AS arrives,
         min(stop_line) FILTER (WHERE position = 0) AS first_line, min(stop_line) FILTER (WHERE is_last) AS last_line
       FROM gtfs_call GROUP BY trip_line),
     departure AS (
       SELECT t.line AS trip_line, t.trip_id, d.day, l.organization_id, l.id AS route_id, o.seat_map_id, o.time_zone, o.currency,
         (d.day + time '12:00') AT TIME ZONE o.time_zone - interval '12 hours' AS day_begins_at, leaves, arrives, leg_count,
         f.stop_name AS first_stop, coalesce(t.trip_headsign, e.stop_name) AS headsign,
         CASE WHEN l.id IN (SELECT route_id FROM gtfs_pair WHERE price_minor IS NOT NULL) THEN NULL ELSE $1::int END AS price_minor
       FROM gtfs_trip t
       JOIN gtfs_service_day d USING (service_id)
       JOIN gtfs_line l USING (route_id)
       JOIN gtfs_organization o ON o.id = l.organization_id
       JOIN journey j ON j.trip_line = t.line
       JOIN gtfs_stop f ON f.line = first_line
       JOIN gtfs_stop e ON e.line = last_line)
     INSERT INTO gtfs_departure
     SELECT coalesce(k.bookable_id, ${NEW_ID}), k.bookable_id IS NOT NULL, d.trip_line, d.trip_id, d.day, d.organization_id,
       d.seat_map_id, d.route_id, first_stop || ' – ' || d.headsign, d.headsign, d.time_zone, d.currency, day_begins_at,
       day_begins_at + leaves * interval '1 second', day_begins_at + arrives * interval '1 second', leg_count, d.price_minor
     FROM departure d
     LEFT JOIN trips k ON (k.organization_id, k.external_id, k.service_date) = (d.organization_id, d.trip_id, d.day)`,
    [flatFareMinor],
  );
  await database.query(`ANALYZE gtfs_departure`);
}

/** Inserts the trips that no earlier import made. */
export async function insertDepartures({ database, now }: ImportContext): Promise<void> {
  await database.query(
    `INSERT INTO bookables (id, kind, organization_id, seat_map_id, title, state, time_zone, starts_at, ends_at, currency, leg_count, created_at)
     SELECT id, 'TRIP', organization_id, seat_map_id, title, 'PUBLISHED', time_zone, starts_at, ends_at, currency, leg_count, $1
     FROM gtfs_departure WHERE NOT known ORDER BY starts_at`,
    [now],
  );
  await database.query(
    `INSERT INTO trips (bookable_id, organization_id, route_id, external_id, service_date, headsign)
     SELECT id, organization_id, route_id, trip_id, service_date, headsign FROM gtfs_departure WHERE NOT known ORDER BY starts_at`,
  );
  await database.query(
    `INSERT INTO trip_calls (trip_id, position, stop_id, arrives_at, departs_at, pick_up, drop_off)
     ${CALLS} WHERE NOT d.known ORDER BY d.id, c.position`,
  );
  await database.query(
    `INSERT INTO tiers (id, bookable_id, name, position, price_minor, max_per_order)
     SELECT ${NEW_ID}, id, '${TIER_NAME}', 0, price_minor, 10 FROM gtfs_departure WHERE NOT known ORDER BY id`,
  );
}

/** The calls of every departure as rows of `trip_calls`. */
export const CALLS = `
  SELECT d.id AS trip_id, c.position, p.id AS stop_id, d.day_begins_at + c.arrival * interval '1 second' AS arrives_at,
    d.day_begins_at + c.departure * interval '1 second' AS departs_at, c.pick_up, c.drop_off
  FROM gtfs_departure d JOIN gtfs_call c USING (trip_line)
  JOIN gtfs_place p ON p.organization_id = d.organization_id AND p.stop_line = c.stop_line`;
