import { type Database, sqlState } from '#platform';
import { type FaultQuery, duplicates, quoted, refuseFaults, unknowns } from './faults.js';
import { GtfsError } from './reading/gtfs-error.js';

const AGENCIES: FaultQuery[] = [
  {
    file: 'agency.txt',
    sql: `SELECT NULL::int AS line, 'has no agency' AS reason WHERE NOT EXISTS (SELECT FROM gtfs_agency)`,
  },
  {
    file: 'agency.txt',
    sql: `SELECT line, 'agency_id is empty, but there are several agencies' AS reason FROM gtfs_agency
          WHERE agency_id IS NULL AND (SELECT count(*) FROM gtfs_agency) > 1`,
  },
  duplicates('agency.txt', 'gtfs_agency', 'agency_id'),
];

const agency = { file: 'agency.txt', table: 'gtfs_agency' };
const stopTimes = { file: 'stop_times.txt', table: 'gtfs_stop_time' };

const REFERENCES: FaultQuery[] = [
  duplicates('stops.txt', 'gtfs_stop', 'stop_id'),
  duplicates('routes.txt', 'gtfs_route', 'route_id'),
  {
    file: 'routes.txt',
    sql: `SELECT line, 'agency_id is empty, but there are several agencies' AS reason FROM gtfs_route WHERE agency_id IS NULL`,
  },
  unknowns({ file: 'routes.txt', table: 'gtfs_route', column: 'agency_id' }, agency),
  duplicates('calendar.txt', 'gtfs_calendar', 'service_id'),
  {
    file: 'calendar.txt',
    sql: `SELECT line, 'end_date ' || end_date || ' is before start_date ' || start_date AS reason
          FROM gtfs_calendar WHERE end_date < start_date`,
  },
  {
    file: 'calendar_dates.txt',
    sql: `SELECT line, 'service_id ' || ${quoted('service_id')} || ' already has ' || date || ' at line ' || earliest AS reason
          FROM (SELECT *, min(line) OVER (PARTITION BY service_id, date) AS earliest FROM gtfs_calendar_date) AS rows
          WHERE line > earliest`,
  },
  duplicates('trips.txt', 'gtfs_trip', 'trip_id'),
  unknowns({ file: 'trips.txt', table: 'gtfs_trip', column: 'route_id' }, { file: 'routes.txt', table: 'gtfs_route' }),
  unknowns(
    { file: 'trips.txt', table: 'gtfs_trip', column: 'service_id' },
    {
      file: 'calendar.txt or calendar_dates.txt',
      table: '(SELECT service_id FROM gtfs_calendar UNION SELECT service_id FROM gtfs_calendar_date)',
    },
  ),
  unknowns({ ...stopTimes, column: 'trip_id' }, { file: 'trips.txt', table: 'gtfs_trip' }),
  unknowns({ ...stopTimes, column: 'stop_id' }, { file: 'stops.txt', table: 'gtfs_stop' }),
  {
    file: 'stop_times.txt',
    sql: `SELECT c.line, 'stop_id ' || ${quoted('stop_id')} || ' is no stop: location_type is ' || s.location_type AS reason
          FROM gtfs_stop_time c JOIN gtfs_stop s USING (stop_id) WHERE s.location_type <> 0`,
  },
  {
    file: 'stops.txt',
    sql: `SELECT line, 'stop_name is empty, but trips call there' AS reason FROM gtfs_stop s
          WHERE stop_name IS NULL AND EXISTS (SELECT FROM gtfs_stop_time c WHERE c.stop_id = s.stop_id)`,
  },
  duplicates('fare_attributes.txt', 'gtfs_fare', 'fare_id'),
  unknowns({ file: 'fare_attributes.txt', table: 'gtfs_fare', column: 'agency_id' }, agency),
  unknowns(
    { file: 'fare_rules.txt', table: 'gtfs_fare_rule', column: 'fare_id' },
    { file: 'fare_attributes.txt', table: 'gtfs_fare' },
  ),
];

/**
 * Compares the staged files with each other, and fills in what GTFS lets a feed with one agency leave out.
 * Routes and zones of fare rules are not checked: feeds cut from larger ones often keep rules of routes that they do
 * not have.
 * @throws GtfsError
 */
export async function checkReferences(database: Database): Promise<void> {
  await refuseFaults(database, AGENCIES);
  await database.query(`UPDATE gtfs_agency SET agency_id = agency_name WHERE agency_id IS NULL`);
  await database.query(
    `UPDATE gtfs_route SET agency_id = (SELECT agency_id FROM gtfs_agency)
     WHERE agency_id IS NULL AND (SELECT count(*) FROM gtfs_agency) = 1`,
  );
  await refuseFaults(database, REFERENCES);
  await checkTimeZones(database);
}

/** Node knows them all, but PostgreSQL computes with them and has a list of its own. */
async function checkTimeZones(database: Database): Promise<void> {
  const zones = await database.query<{ file: string; line: number; zone: string }>(
    `SELECT 'agency.txt' AS file, min(line) AS line, agency_timezone AS zone FROM gtfs_agency GROUP BY zone
     UNION ALL
     SELECT 'stops.txt', min(line), stop_timezone FROM gtfs_stop WHERE stop_timezone IS NOT NULL GROUP BY stop_timezone`,
  );
  for (const { file, line, zone } of zones) {
    try {
      // Asking pg_timezone_names would read the whole time zone database: 40 ms.
      await database.query(`SELECT now() AT TIME ZONE $1`, [zone]);
    } catch (error) {
      if (sqlState(error) !== '22023') throw error;
      throw new GtfsError(file, line, `PostgreSQL does not know the time zone "${zone}"`);
    }
  }
}
