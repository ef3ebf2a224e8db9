import { formatMoney } from '#kernel';
import type { ImportContext } from './import-context.js';

/**
 * Makes `gtfs_pair`: every pair of stops that a trip of a route serves in this order, with its fare in minor units,
 * or null. A rule that leaves out route, origin or destination holds for every one; a fare without rules holds
 * everywhere. Of several fares those paid before boarding win, then the cheapest.
 * @param flatFareMinor what is asked on routes without any fare
 */
export async function priceJourneys(context: ImportContext, flatFareMinor: number): Promise<void> {
  const { database } = context;
  await database.query(
    `CREATE TEMP TABLE gtfs_pair ON COMMIT DROP AS
     WITH pattern AS (
       SELECT DISTINCT route_id, stops, pick_ups, drop_offs
       FROM (SELECT trip_line, array_agg(stop_line ORDER BY position) AS stops, array_agg(pick_up ORDER BY position) AS pick_ups,
               array_agg(drop_off ORDER BY position) AS drop_offs FROM gtfs_call GROUP BY trip_line) AS calls
       JOIN gtfs_trip t ON t.line = trip_line
       WHERE EXISTS (SELECT FROM gtfs_price)),
     pair AS (
       SELECT DISTINCT route_id, o.stop AS origin_line, d.stop AS destination_line
       FROM pattern, unnest(stops, pick_ups) WITH ORDINALITY AS o (stop, served, nth),
         unnest(stops, drop_offs) WITH ORDINALITY AS d (stop, served, nth)
       WHERE o.nth < d.nth AND o.served AND d.served),
     rule AS (
       -- '' stands for "any"
       SELECT f.*, coalesce(r.route_id, '') AS route, coalesce(r.origin_id, '') AS origin, coalesce(r.destination_id, '') AS destination
       FROM gtfs_price f JOIN gtfs_fare_rule r USING (fare_id)
       UNION ALL
       SELECT f.*, '', '', '' FROM gtfs_price f WHERE NOT EXISTS (SELECT FROM gtfs_fare_rule r WHERE r.fare_id = f.fare_id)),
     -- Each pair asks for the eight ways in which a rule can match it: equality can be hashed, "equal or any" cannot.
     question AS (
       SELECT p.*, route, origin, destination, g.agency_id, g.currency
       FROM pair p JOIN gtfs_line l USING (route_id) JOIN gtfs_organization g ON g.id = l.organization_id
       JOIN gtfs_stop o ON o.line = origin_line JOIN gtfs_stop d ON d.line = destination_line,
       LATERAL (VALUES (p.route_id), ('')) AS by_route (route), LATERAL (VALUES (o.zone_id), ('')) AS by_origin (origin),
       LATERAL (VALUES (d.zone_id), ('')) AS by_destination (destination)),
     best AS (
       SELECT DISTINCT ON (q.route_id, origin_line, destination_line) q.route_id, origin_line, destination_line, price_minor
       FROM question q JOIN rule r USING (route, origin, destination, currency)
       WHERE r.agency_id IS NULL OR r.agency_id = q.agency_id
       ORDER BY q.route_id, origin_line, destination_line, payment_method DESC, price_minor)
     SELECT l.id AS route_id, o.id AS origin_stop_id, d.id AS destination_stop_id, price_minor
     FROM pair LEFT JOIN best USING (route_id, origin_line, destination_line)
     JOIN gtfs_line l USING (route_id)
     JOIN gtfs_place o ON (o.organization_id, o.stop_line) = (l.organization_id, origin_line)
     JOIN gtfs_place d ON (d.organization_id, d.stop_line) = (l.organization_id, destination_line)`,
  );
  await database.query(`ANALYZE gtfs_pair`);
  await warnUnpriced(context, flatFareMinor);
}

async function warnUnpriced({ database, warn }: ImportContext, flatFareMinor: number): Promise<void> {
  const routes = await database.query<{ route: string; currency: string; pairs: number; priced: number }>(
    `SELECT l.route_id AS route, o.currency, count(p)::int AS pairs, count(price_minor)::int AS priced
     FROM gtfs_line l JOIN gtfs_organization o ON o.id = l.organization_id LEFT JOIN gtfs_pair p ON p.route_id = l.id
     GROUP BY l.route_id, l.route_line, o.currency ORDER BY l.route_line`,
  );
  for (const { route, pairs, priced } of routes) {
    if (priced > 0 && priced < pairs)
      warn(`route ${route}: no fare for ${pairs - priced} of ${pairs} pairs of stops, which are not sold`);
  }
  const flat = routes.filter(({ priced }) => priced === 0);
  for (const currency of new Set(flat.map((route) => route.currency))) {
    const named = flat.filter((route) => route.currency === currency).map(({ route }) => route);
    const some = named.length > 3 ? `${named.slice(0, 3).join(', ')} and ${named.length - 3} more` : named.join(', ');
    warn(`no fares for route ${some}: every journey costs ${formatMoney({ amountMinor: flatFareMinor, currency })}`);
  }
}

/**
 * Upserts the fares. One that the feed no longer has goes, unless a coming trip that this import leaves alone (sold,
 * made by hand, outside the window) is still sold at it.
 * @returns how many fares the feed has
 */
export async function importFares({ database, window, now }: ImportContext): Promise<number> {
  await database.query(
    `INSERT INTO fares (route_id, origin_stop_id, destination_stop_id, price_minor, currency)
     SELECT p.route_id, origin_stop_id, destination_stop_id, price_minor, o.currency
     FROM gtfs_pair p JOIN gtfs_line l ON l.id = p.route_id JOIN gtfs_organization o ON o.id = l.organization_id
     WHERE price_minor IS NOT NULL ORDER BY p.route_id, origin_stop_id, destination_stop_id
     ON CONFLICT (route_id, origin_stop_id, destination_stop_id) DO UPDATE
     SET price_minor = excluded.price_minor, currency = excluded.currency
     WHERE (fares.price_minor, fares.currency) IS DISTINCT FROM (excluded.price_minor, excluded.currency)`,
  );
  await database.query(
    `WITH stale AS MATERIALIZED (
       SELECT route_id, origin_stop_id, destination_stop_id FROM fares WHERE route_id IN (SELECT id FROM gtfs_line)
       EXCEPT
       SELECT route_id, origin_stop_id, destination_stop_id FROM gtfs_pair WHERE price_minor IS NOT NULL)
     DELETE FROM fares f USING stale s
     WHERE (f.route_id, f.origin_stop_id, f.destination_stop_id) = (s.route_id, s.origin_stop_id, s.destination_stop_id)
       -- A scalar subquery for the few stale ones: as a join it would pair all calls of all trips.
       AND (SELECT true FROM trip_calls o JOIN trip_calls d ON d.trip_id = o.trip_id AND d.position > o.position
            JOIN trips t ON t.bookable_id = o.trip_id JOIN bookables b ON b.id = o.trip_id
            WHERE o.stop_id = s.origin_stop_id AND d.stop_id = s.destination_stop_id AND o.departs_at > $3
              AND t.route_id = s.route_id AND b.state = 'PUBLISHED'
              AND (b.locked_at IS NOT NULL OR t.external_id IS NULL OR t.service_date NOT BETWEEN $1 AND $2)
            LIMIT 1) IS NULL`,
    [window.from, window.to, now],
  );
  const [count] = await database.query<{ fares: number }>(`SELECT count(price_minor)::int AS fares FROM gtfs_pair`);
  return count!.fares;
}
