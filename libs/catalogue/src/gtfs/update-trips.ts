import { localDate } from '#kernel';
import type { Database } from '#platform';
import { CALLS, TIER_NAME } from './departures.js';
import type { ImportContext } from './import-context.js';
import { type Imported, counted } from './import-summary.js';

/** A trip that was left as it was sold, though the feed has changed. */
interface KeptTrip {
  title: string;
  startsAt: Date;
  timeZone: string;
}

/**
 * Brings trips of earlier imports up to date, once the new ones are there.
 * @returns the counts of all trips of the window
 */
export async function updateTrips(context: ImportContext): Promise<Pick<Imported, 'trips' | 'calls'>> {
  const { database, warn } = context;
  const { updated, kept: differing } = await updateDepartures(database);
  const { withdrawn, kept: gone } = await withdrawDepartures(context);
  if (differing.length > 0)
    warn(`${counted(differing.length, 'sold trip')} left as sold, though the feed has changed: ${examples(differing)}`);
  if (gone.length > 0)
    warn(`${counted(gone.length, 'sold trip')} left as sold, though no longer in the feed: ${examples(gone)}`);
  const [count] = await database.query<{ all: number; inserted: number; calls: number }>(
    `SELECT count(*)::int AS all, (count(*) FILTER (WHERE NOT known))::int AS inserted, sum(leg_count + 1)::int AS calls FROM gtfs_departure`,
  );
  const { all, inserted, calls } = count!;
  const unchanged = all - inserted - updated - differing.length;
  return { calls, trips: { inserted, updated, unchanged, kept: differing.length + gone.length, withdrawn } };
}

function examples(trips: KeptTrip[]): string {
  const names = trips
    .slice(0, 3)
    .map(({ title, startsAt, timeZone }) => `${title} on ${localDate(startsAt, timeZone)}`);
  return names.join(', ') + (trips.length > 3 ? ', …' : '');
}

/** What the import makes of `bookables` and `trips`, to be compared row by row. */
const BOOKABLE_COLUMNS = ['title', 'seat_map_id', 'time_zone', 'starts_at', 'ends_at', 'currency', 'leg_count'];
const of = (table: string) => BOOKABLE_COLUMNS.map((column) => `${table}.${column}`).join(', ');

/**
 * Makes trips of earlier imports what the feed says now. A trip with a reservation stays as it was sold; trips that
 * are as they should be are not written at all.
 */
async function updateDepartures(database: Database): Promise<{ updated: number; kept: KeptTrip[] }> {
  await findChanges(database);
  // The race with the first reservation, which sets locked_at in its transaction. If it comes first, this statement
  // waits for its row and then sees locked_at (READ COMMITTED looks at the row again). If we come first, it waits for
  // us and then reads the new calls. In the order of ids, although nobody else locks several.
  await database.query(
    `CREATE TEMP TABLE gtfs_writable ON COMMIT DROP AS
     SELECT id FROM bookables WHERE id IN (SELECT id FROM gtfs_change) AND locked_at IS NULL ORDER BY id FOR NO KEY UPDATE`,
  );
  await rewrite(database);
  const [writable] = await database.query<{ count: number }>(`SELECT count(*)::int FROM gtfs_writable`);
  const kept = await database.query<KeptTrip>(
    `SELECT b.title, b.starts_at AS "startsAt", b.time_zone AS "timeZone" FROM gtfs_change c JOIN bookables b USING (id)
     WHERE c.id NOT IN (SELECT id FROM gtfs_writable) ORDER BY b.starts_at, b.id`,
  );
  return { updated: writable!.count, kept };
}

/** `gtfs_change`: the known departures of which anything at all is not as the feed has it. */
async function findChanges(database: Database): Promise<void> {
  await database.query(
    `CREATE TEMP TABLE gtfs_change ON COMMIT DROP AS
     SELECT d.id FROM gtfs_departure d JOIN bookables b USING (id) JOIN trips t ON t.bookable_id = d.id
     WHERE (${of('b')}, t.route_id, t.headsign) IS DISTINCT FROM (${of('d')}, d.route_id, d.headsign) OR t.withdrawn_at IS NOT NULL
     UNION
     -- Without such a tier the organiser has made others.
     SELECT d.id FROM gtfs_departure d JOIN tiers ON tiers.bookable_id = d.id AND tiers.name = '${TIER_NAME}'
     WHERE tiers.price_minor IS DISTINCT FROM d.price_minor
     UNION
     -- Calls that there are too many of show in leg_count.
     SELECT new.trip_id FROM (${CALLS} WHERE d.known) AS new LEFT JOIN trip_calls old USING (trip_id, position)
     WHERE (new.stop_id, new.arrives_at, new.departs_at, new.pick_up, new.drop_off)
       IS DISTINCT FROM (old.stop_id, old.arrives_at, old.departs_at, old.pick_up, old.drop_off)`,
  );
}

async function rewrite(database: Database): Promise<void> {
  await database.query(
    `UPDATE bookables b
     SET (${BOOKABLE_COLUMNS.join(', ')}) = ROW (${of('d')}),
       state = CASE WHEN t.withdrawn_at IS NULL THEN b.state ELSE 'PUBLISHED' END
     FROM gtfs_departure d JOIN gtfs_writable USING (id) JOIN trips t ON t.bookable_id = d.id WHERE b.id = d.id`,
  );
  await database.query(
    `UPDATE trips t SET route_id = d.route_id, headsign = d.headsign, withdrawn_at = NULL
     FROM gtfs_departure d JOIN gtfs_writable USING (id) WHERE t.bookable_id = d.id`,
  );
  await database.query(
    `DELETE FROM trip_calls c USING gtfs_departure d JOIN gtfs_writable USING (id)
     WHERE c.trip_id = d.id AND c.position > d.leg_count`,
  );
  await database.query(
    `INSERT INTO trip_calls (trip_id, position, stop_id, arrives_at, departs_at, pick_up, drop_off)
     ${CALLS} WHERE d.id IN (SELECT id FROM gtfs_writable) ORDER BY d.id, c.position
     ON CONFLICT (trip_id, position) DO UPDATE
     SET (stop_id, arrives_at, departs_at, pick_up, drop_off)
       = ROW (excluded.stop_id, excluded.arrives_at, excluded.departs_at, excluded.pick_up, excluded.drop_off)
     WHERE (trip_calls.stop_id, trip_calls.arrives_at, trip_calls.departs_at, trip_calls.pick_up, trip_calls.drop_off)
       IS DISTINCT FROM (excluded.stop_id, excluded.arrives_at, excluded.departs_at, excluded.pick_up, excluded.drop_off)`,
  );
  // Whatever else the organiser has set on the tier stays.
  await database.query(
    `UPDATE tiers SET price_minor = d.price_minor FROM gtfs_departure d JOIN gtfs_writable USING (id)
     WHERE tiers.bookable_id = d.id AND tiers.name = '${TIER_NAME}' AND tiers.price_minor IS DISTINCT FROM d.price_minor`,
  );
}

/**
 * Cancels trips of earlier imports in the window that the feed no longer has. A trip with a reservation is kept: its
 * passengers have to be told first. Trips made by hand are none of the feed's business.
 */
async function withdrawDepartures({
  database,
  window,
  now,
}: ImportContext): Promise<{ withdrawn: number; kept: KeptTrip[] }> {
  await database.query(`CREATE TEMP TABLE gtfs_gone (id uuid) ON COMMIT DROP`);
  await database.query(
    `WITH gone AS (
       SELECT t.bookable_id AS id FROM trips t JOIN organizations o ON o.id = t.organization_id
       WHERE o.external_id IN (SELECT agency_id FROM gtfs_agency) AND t.external_id IS NOT NULL
         AND t.service_date BETWEEN $1 AND $2 AND t.withdrawn_at IS NULL
       -- Not NOT EXISTS: the statistics do not know yet what was just inserted, and it would become a nested loop.
       EXCEPT SELECT id FROM gtfs_departure)
     INSERT INTO gtfs_gone SELECT id FROM gone JOIN bookables b USING (id) WHERE b.state IN ('DRAFT', 'PUBLISHED')`,
    [window.from, window.to],
  );
  const cancelled = await database.query(
    `WITH cancelled AS (
       UPDATE bookables SET state = 'CANCELLED' WHERE id IN (SELECT id FROM gtfs_gone) AND locked_at IS NULL RETURNING id)
     UPDATE trips SET withdrawn_at = $1 WHERE bookable_id IN (SELECT id FROM cancelled) RETURNING 1`,
    [now],
  );
  const kept = await database.query<KeptTrip>(
    `SELECT title, starts_at AS "startsAt", time_zone AS "timeZone" FROM bookables b JOIN gtfs_gone USING (id)
     WHERE b.state <> 'CANCELLED' ORDER BY starts_at, id`,
  );
  return { withdrawn: cancelled.length, kept };
}
