import type { Database } from '#platform';
import { GtfsError } from './reading/gtfs-error.js';

/** A question to the staging tables whose answer should be empty. */
export interface FaultQuery {
  file: string;
  /** Gives `line` (null: the file as a whole) and `reason`. */
  sql: string;
}

/** @throws GtfsError for the first line of the first query that finds any, with the number of others like it */
export async function refuseFaults(database: Database, queries: FaultQuery[]): Promise<void> {
  for (const { file, sql } of queries) {
    const [first] = await database.query<{ line: number | null; reason: string; all: number }>(
      `SELECT line, reason, count(*) OVER ()::int AS all FROM (${sql}) AS faults ORDER BY line LIMIT 1`,
    );
    if (first) throw new GtfsError(file, first.line ?? undefined, first.reason, first.all - 1);
  }
}

/** A value of a feed in a message, cut so that the message stays one line. */
export const quoted = (column: string): string => `'"' || left(${column}, 60) || '"'`;

/** Seconds since the service day began, as the feed writes them. */
export const clockTime = (seconds: string): string => `to_char(make_interval(secs => ${seconds}), 'HH24:MI:SS')`;

export function duplicates(file: string, table: string, column: string): FaultQuery {
  return {
    file,
    sql: `SELECT line, '${column} ' || ${quoted(column)} || ' is already at line ' || earliest AS reason
          FROM (SELECT line, ${column}, min(line) OVER (PARTITION BY ${column}) AS earliest FROM ${table}) AS rows
          WHERE line > earliest`,
  };
}

/** Values of a column that another file does not have. */
export function unknowns(
  { file, table, column }: { file: string; table: string; column: string },
  there: { file: string; table: string },
): FaultQuery {
  return {
    file,
    sql: `SELECT line, '${column} ' || ${quoted(`here.${column}`)} || ' is not in ${there.file}' AS reason
          FROM ${table} AS here WHERE NOT EXISTS (SELECT FROM ${there.table} AS there WHERE there.${column} = here.${column})
            AND here.${column} IS NOT NULL`,
  };
}
