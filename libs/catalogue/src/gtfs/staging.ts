import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import type { Database } from '#platform';
import type { Feed } from './reading/feed.js';
import { type ReadProgress, copyRows } from './reading/copy-rows.js';
import { FEED_TABLES, type FeedTable } from './reading/feed-tables.js';
import { GtfsError } from './reading/gtfs-error.js';

export type StagingProgress = ReadProgress & { file: string; bytesTotal: number };

/**
 * Streams the feed into temporary tables of the open transaction, one per file, with COPY. A file that the feed does
 * not have is an empty table. Nothing is compared between files yet.
 * @returns how many rows the feed has
 * @throws GtfsError at the first file or record that is wrong
 */
export async function stage(
  database: Database,
  feed: Feed,
  onProgress?: (progress: StagingProgress) => void,
): Promise<number> {
  mustHaveFiles(feed);
  let rows = 0;
  for (const table of FEED_TABLES) {
    await database.query(`CREATE TEMP TABLE ${table.table} (${columnTypes(table)}) ON COMMIT DROP`);
    rows += await copyFile(database, feed, table, onProgress);
    // Nobody else analyses a temporary table, and without it large feeds get nested loops.
    await database.query(`ANALYZE ${table.table}`);
  }
  return rows;
}

function mustHaveFiles({ files }: Feed): void {
  const missing = FEED_TABLES.find(({ file, required }) => required && !files.has(file));
  if (missing) throw new GtfsError(missing.file, undefined, 'is missing');
  if (!files.has('calendar.txt') && !files.has('calendar_dates.txt')) {
    throw new GtfsError('calendar.txt', undefined, 'is missing, and so is calendar_dates.txt: no trip has a day');
  }
}

function columnTypes({ columns }: FeedTable): string {
  return ['line int', ...Object.entries(columns).map(([name, { type }]) => `${name} ${type}`)].join(', ');
}

async function copyFile(
  database: Database,
  { files }: Feed,
  table: FeedTable,
  onProgress?: (progress: StagingProgress) => void,
): Promise<number> {
  const { file, table: name } = table;
  const found = files.get(file);
  if (!found) return 0;
  const bytes = await found.open().catch((error: Error) => {
    throw new GtfsError(file, undefined, `cannot be read (${error.message})`);
  });
  const rows = copyRows(table, bytes, (progress) => onProgress?.({ file, bytesTotal: found.bytes, ...progress }));
  const client = await database.rawClient();
  const copy = client.query(from(`COPY ${name} FROM STDIN`));
  await pipeline(Readable.from(rows, { objectMode: false }), copy);
  return copy.rowCount;
}
