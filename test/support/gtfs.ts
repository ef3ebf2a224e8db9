import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GtfsImport, type GtfsImportOptions, type GtfsImportSummary, SeatMapsService } from '#catalogue';
import { Database } from '#platform';
import { testDatabase } from './database.js';

export const DEMO_FEED = 'libs/catalogue/demo-feed';

/** File names and their text. */
export type FeedFiles = Record<string, string>;

export async function readFeed(folder = DEMO_FEED): Promise<FeedFiles> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );
}

const HEADERS: FeedFiles = {
  'agency.txt': 'agency_id,agency_name,agency_url,agency_timezone',
  'stops.txt': 'stop_id,stop_name,stop_lat,stop_lon,zone_id',
  'routes.txt': 'route_id,agency_id,route_short_name,route_long_name,route_type',
  'calendar.txt': 'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date',
  'trips.txt': 'route_id,service_id,trip_id',
  'stop_times.txt': 'trip_id,arrival_time,departure_time,stop_id,stop_sequence',
};

/** The smallest feed: trip T from A by B to C, every day of 2027, 08:00 to 10:00. Give rows (or whole files with headers) to change it. */
export function tinyFeed(rows: Record<string, string[]> = {}, files: FeedFiles = {}): FeedFiles {
  const all: Record<string, string[]> = {
    'agency.txt': ['tiny,Tiny Coaches,https://tiny.test,Europe/London'],
    'stops.txt': ['A,Ayle,57,-4,a', 'B,Beck,56.5,-4,b', 'C,Crag,56,-4,c'],
    'routes.txt': ['R,tiny,1,Ayle to Crag,3'],
    'calendar.txt': ['ALL,1,1,1,1,1,1,1,20270101,20271231'],
    'trips.txt': ['R,ALL,T'],
    'stop_times.txt': ['T,08:00:00,08:00:00,A,1', 'T,09:00:00,09:05:00,B,2', 'T,10:00:00,10:00:00,C,3'],
    ...rows,
  };
  const written = Object.entries(all).map(([name, lines]) => [name, [HEADERS[name], ...lines, ''].join('\n')]);
  return { ...Object.fromEntries(written), ...files } as FeedFiles;
}

export interface GtfsWorld {
  url: string;
  database: Database;
  imports: GtfsImport;
  /** Imports files, from a temporary folder, or a path: 1 December 2026, 30 days, coaches of 49, unless the options say otherwise. */
  importFeed(feed: FeedFiles | string, options?: Partial<GtfsImportOptions>): Promise<GtfsImportSummary>;
  /** A temporary folder with these files. */
  folder(files: FeedFiles): Promise<string>;
  /** Every row of every table that an import writes, with the transaction that wrote it (xmin): equal only if untouched. */
  contents(): Promise<Record<string, string[]>>;
  empty(): Promise<void>;
  /** Also removes the folders. */
  close(): Promise<void>;
}

const TABLES = [
  'organizations',
  'seat_maps',
  'seats',
  'stops',
  'routes',
  'fares',
  'bookables',
  'trips',
  'trip_calls',
  'tiers',
];

/** A database of its own, and the import into it. It is 20 November 2026. */
export async function gtfsWorld(): Promise<GtfsWorld> {
  const { url, dataSource, drop } = await testDatabase();
  const database = new Database(dataSource);
  const clock = { now: () => new Date('2026-11-20T10:00:00Z') };
  const imports = new GtfsImport(database, clock, new SeatMapsService(database, clock));
  const folders: string[] = [];
  async function folder(files: FeedFiles): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'holdfast-feed-'));
    folders.push(path);
    await Promise.all(Object.entries(files).map(async ([name, text]) => await writeFile(join(path, name), text)));
    return path;
  }
  return {
    url,
    database,
    imports,
    folder,
    async importFeed(feed, options = {}) {
      const path = typeof feed === 'string' ? feed : await folder(feed);
      return await imports.import({ path, from: '2026-12-01', days: 30, layout: 'coach-49', ...options });
    },
    async contents() {
      const tables: Record<string, string[]> = {};
      for (const table of TABLES) {
        const rows = await database.query<{ row: string }>(
          `SELECT t.xmin || ' ' || t::text AS row FROM ${table} t ORDER BY 1`,
        );
        tables[table] = rows.map(({ row }) => row);
      }
      return tables;
    },
    async empty() {
      await database.query('TRUNCATE organizations CASCADE');
    },
    async close() {
      await drop();
      await Promise.all(folders.map(async (path) => await rm(path, { recursive: true })));
    },
  };
}
