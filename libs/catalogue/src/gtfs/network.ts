import type { Database } from '#platform';
import { NEW_ID } from './new-id-sql.js';

/**
 * Upserts the stops that are called at and the routes that have trips. `gtfs_place` then says which stop a line of
 * stops.txt is for an organization (a stop of two agencies is a row for each), `gtfs_line` which route a line of
 * routes.txt is.
 * @returns how many of each the feed has
 */
export async function importNetwork(database: Database): Promise<{ stops: number; routes: number }> {
  await database.query(
    `CREATE TEMP TABLE gtfs_line ON COMMIT DROP AS
     SELECT r.line AS route_line, r.route_id, r.agency_id, o.id AS organization_id, NULL::uuid AS id
     FROM gtfs_route r JOIN gtfs_organization o USING (agency_id)
     WHERE EXISTS (SELECT FROM gtfs_trip t WHERE t.route_id = r.route_id)`,
  );
  await database.query(
    `CREATE TEMP TABLE gtfs_place ON COMMIT DROP AS
     SELECT DISTINCT l.organization_id, c.stop_line, NULL::uuid AS id
     FROM gtfs_call c JOIN gtfs_trip t ON t.line = c.trip_line JOIN gtfs_line l USING (route_id)`,
  );
  await upsertRoutes(database);
  await upsertStops(database);
  const [count] = await database.query<{ stops: number; routes: number }>(
    `SELECT (SELECT count(*)::int FROM gtfs_place) AS stops, (SELECT count(*)::int FROM gtfs_line) AS routes`,
  );
  return count!;
}

async function upsertRoutes(database: Database): Promise<void> {
  await database.query(
    `INSERT INTO routes (id, organization_id, external_id, short_name, long_name)
     SELECT ${NEW_ID}, l.organization_id, l.route_id,
       coalesce(route_short_name, CASE WHEN route_long_name IS NULL THEN l.route_id ELSE '' END), coalesce(route_long_name, '')
     FROM gtfs_line l JOIN gtfs_route r ON r.line = l.route_line ORDER BY l.route_line
     ON CONFLICT (organization_id, external_id) DO UPDATE SET short_name = excluded.short_name, long_name = excluded.long_name
     WHERE (routes.short_name, routes.long_name) IS DISTINCT FROM (excluded.short_name, excluded.long_name)`,
  );
  await database.query(
    `UPDATE gtfs_line l SET id = r.id FROM routes r WHERE r.organization_id = l.organization_id AND r.external_id = l.route_id`,
  );
  await database.query(`ANALYZE gtfs_line`);
}

async function upsertStops(database: Database): Promise<void> {
  await database.query(
    `INSERT INTO stops (id, organization_id, external_id, name, latitude, longitude, time_zone)
     SELECT ${NEW_ID}, p.organization_id, stop_id, stop_name, stop_lat, stop_lon, coalesce(stop_timezone, o.time_zone)
     FROM gtfs_place p JOIN gtfs_stop s ON s.line = p.stop_line JOIN gtfs_organization o ON o.id = p.organization_id
     ORDER BY p.stop_line
     ON CONFLICT (organization_id, external_id) DO UPDATE
     SET name = excluded.name, latitude = excluded.latitude, longitude = excluded.longitude, time_zone = excluded.time_zone
     WHERE (stops.name, stops.latitude, stops.longitude, stops.time_zone)
       IS DISTINCT FROM (excluded.name, excluded.latitude, excluded.longitude, excluded.time_zone)`,
  );
  await database.query(
    `UPDATE gtfs_place p SET id = s.id FROM stops s JOIN gtfs_stop g ON g.stop_id = s.external_id
     WHERE s.organization_id = p.organization_id AND g.line = p.stop_line`,
  );
  await database.query(`ANALYZE gtfs_place`);
}
