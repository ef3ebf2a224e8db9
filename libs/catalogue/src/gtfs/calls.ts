import type { Database } from '#platform';
import { type FaultQuery, clockTime, quoted, refuseFaults } from './faults.js';
import type { ImportContext } from './import-context.js';
import { counted } from './import-summary.js';

/** `bookables.leg_count` allows no more. */
const MOST_CALLS = 1001;

const FAULTS: FaultQuery[] = [
  {
    file: 'stop_times.txt',
    sql: `SELECT line, 'stop_sequence ' || stop_sequence || ' is already at line ' || previous_line || ' of this trip' AS reason
          FROM gtfs_call WHERE stop_sequence = previous_sequence`,
  },
  {
    file: 'stop_times.txt',
    sql: `SELECT line, 'this is the only call of its trip, which needs two' AS reason FROM gtfs_call WHERE position = 0 AND is_last`,
  },
  {
    file: 'trips.txt',
    sql: `SELECT t.line, 'trip_id ' || ${quoted('trip_id')} || ' calls at more than ${MOST_CALLS} stops' AS reason
          FROM gtfs_call c JOIN gtfs_trip t ON t.line = c.trip_line WHERE c.position = ${MOST_CALLS}`,
  },
  {
    file: 'stop_times.txt',
    sql: `SELECT line, 'the ' || CASE position WHEN 0 THEN 'first' ELSE 'last' END || ' call of a trip has no time' AS reason
          FROM gtfs_call WHERE arrival IS NULL AND (position = 0 OR is_last)`,
  },
  {
    file: 'stop_times.txt',
    sql: `SELECT line, 'departure_time ' || ${clockTime('departure')} || ' is earlier than arrival_time ' || ${clockTime('arrival')} AS reason
          FROM gtfs_call WHERE departure < arrival`,
  },
  {
    file: 'stop_times.txt',
    sql: `SELECT line, 'arrival_time ' || ${clockTime('arrival')} || ' is earlier than the departure at ' || ${clockTime('earlier')}
            || ' at line ' || earlier_line AS reason
          FROM (SELECT line, arrival, lag(departure) OVER w AS earlier, lag(line) OVER w AS earlier_line
                FROM gtfs_call WHERE arrival IS NOT NULL WINDOW w AS (PARTITION BY trip_line ORDER BY position)) AS calls
          WHERE arrival < earlier`,
  },
  {
    file: 'stop_times.txt',
    sql: `SELECT line, 'the trip arrives when it departs, at ' || ${clockTime('arrival')} AS reason
          FROM (SELECT line, arrival, is_last, min(departure) OVER (PARTITION BY trip_line) AS departed FROM gtfs_call) AS calls
          WHERE is_last AND arrival <= departed`,
  },
];

/**
 * Makes `gtfs_call`: the calls of every trip in order, at positions 0, 1, 2, ... with times in seconds since the service day
 * began. Trips and stops are known by their line from here on. Stops without a time get one between their neighbours.
 * @throws GtfsError for calls that do not make a journey
 */
export async function orderCalls(database: Database): Promise<void> {
  await database.query(
    `CREATE TEMP TABLE gtfs_call ON COMMIT DROP AS
     SELECT c.line, t.line AS trip_line, s.line AS stop_line, (row_number() OVER w - 1)::int AS position,
       lead(c.line) OVER w IS NULL AS is_last, coalesce(arrival_time, departure_time) AS arrival,
       coalesce(departure_time, arrival_time) AS departure, pickup_type AS pick_up, drop_off_type AS drop_off,
       shape_dist_traveled AS distance, lag(shape_dist_traveled) OVER w AS previous_distance,
       stop_sequence, lag(stop_sequence) OVER w AS previous_sequence, lag(c.line) OVER w AS previous_line
     FROM gtfs_stop_time c JOIN gtfs_trip t USING (trip_id) JOIN gtfs_stop s USING (stop_id)
     WINDOW w AS (PARTITION BY t.line ORDER BY stop_sequence, c.line)`,
  );
  await database.query(`ANALYZE gtfs_call`);
  await refuseFaults(database, FAULTS);
  await interpolate(database);
}

/**
 * Trips by headway have no departures that could be sold, and trips without calls have none at all: feeds cut from
 * larger ones have some.
 */
export async function leaveOutTrips({ database, warn }: ImportContext): Promise<void> {
  const byHeadway = await database.query(
    `DELETE FROM gtfs_trip WHERE trip_id IN (SELECT trip_id FROM gtfs_frequency) RETURNING line`,
  );
  if (byHeadway.length > 0) {
    await database.query(`DELETE FROM gtfs_call WHERE trip_line NOT IN (SELECT line FROM gtfs_trip)`);
    warn(`frequencies.txt: ${counted(byHeadway.length, 'trip')} by headway, not by timetable, left out`);
  }
  const without = await database.query<{ line: number }>(
    `DELETE FROM gtfs_trip WHERE line NOT IN (SELECT trip_line FROM gtfs_call) RETURNING line`,
  );
  if (without.length > 0) {
    const first = Math.min(...without.map(({ line }) => line));
    warn(`trips.txt: ${counted(without.length, 'trip')} without stop times left out (first at line ${first})`);
  }
}

/** By the distance travelled where the feed has it for the whole gap, else evenly from stop to stop. */
async function interpolate(database: Database): Promise<void> {
  const [untimed] = await database.query(`SELECT FROM gtfs_call WHERE arrival IS NULL LIMIT 1`);
  if (!untimed) return;
  await database.query(
    `UPDATE gtfs_call c
     SET arrival = timed.at, departure = timed.at
     FROM (
       SELECT gap.trip_line, gap.position, leaves + floor((arrives - leaves) *
         CASE WHEN bool_and(coalesce(distance >= previous_distance, false)) OVER w AND distance_after >= max(distance) OVER w
                AND distance_after > distance_before
           THEN (distance - distance_before) / (distance_after - distance_before)
           ELSE (gap.position - position_before)::float8 / (position_after - position_before) END)::int AS at
       FROM (SELECT trip_line, position AS position_before, departure AS leaves, distance AS distance_before,
               lead(position) OVER w AS position_after, lead(arrival) OVER w AS arrives, lead(distance) OVER w AS distance_after
             FROM gtfs_call WHERE arrival IS NOT NULL WINDOW w AS (PARTITION BY trip_line ORDER BY position)) AS timed
       JOIN gtfs_call gap ON gap.trip_line = timed.trip_line AND gap.arrival IS NULL
         AND gap.position > position_before AND gap.position < position_after
       WINDOW w AS (PARTITION BY gap.trip_line, position_before)
     ) AS timed
     WHERE c.trip_line = timed.trip_line AND c.position = timed.position`,
  );
}
