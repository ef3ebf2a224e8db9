import type { Database } from '#platform';

/** Days as `YYYY-MM-DD`, both inclusive. */
export interface DayRange {
  from: string;
  to: string;
}

/** `days` days from `from` on. */
export function dayRange(from: string, days: number): DayRange {
  const last = new Date(Date.parse(`${from}T00:00:00Z`) + (days - 1) * 86_400_000);
  return { from, to: last.toISOString().slice(0, 10) };
}

/**
 * Makes `gtfs_service_day`: the days of the window on which each service runs.
 * @returns whether any trip runs on any of them
 */
export async function expandServiceDays(database: Database, { from, to }: DayRange): Promise<boolean> {
  await database.query(`CREATE TEMP TABLE gtfs_service_day (service_id text, day date) ON COMMIT DROP`);
  await database.query(
    `INSERT INTO gtfs_service_day
     SELECT service_id, day::date
     FROM gtfs_calendar,
       generate_series(greatest(start_date, $1::date)::timestamp, least(end_date, $2::date)::timestamp, interval '1 day') AS day
     WHERE (ARRAY[monday, tuesday, wednesday, thursday, friday, saturday, sunday])[extract(isodow FROM day)::int]
     UNION
     SELECT service_id, date FROM gtfs_calendar_date WHERE exception_type = 1 AND date BETWEEN $1::date AND $2::date
     EXCEPT
     SELECT service_id, date FROM gtfs_calendar_date WHERE exception_type = 2`,
    [from, to],
  );
  await database.query(`ANALYZE gtfs_service_day`);
  const [any] = await database.query(`SELECT FROM gtfs_trip JOIN gtfs_service_day USING (service_id) LIMIT 1`);
  return any !== undefined;
}

/** What the feed's calendar spans, whatever the window; `undefined` when it has no day at all. */
export async function calendarRange(database: Database): Promise<DayRange | undefined> {
  const [range] = await database.query<{ from: string | null; to: string | null }>(
    `SELECT min(first)::text AS "from", max(last)::text AS "to"
     FROM (SELECT start_date AS first, end_date AS last FROM gtfs_calendar
           UNION ALL SELECT date, date FROM gtfs_calendar_date WHERE exception_type = 1) AS spans`,
  );
  return range?.from && range.to ? { from: range.from, to: range.to } : undefined;
}
