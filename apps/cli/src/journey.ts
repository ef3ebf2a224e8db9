import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { GtfsImport } from '#catalogue';
import { demoLogins, prepareDatabase, startServer } from '../../api/src/server.js';
import { localSecrets } from '../../local/src/secrets.js';
import { freePort } from '../../local/src/ports.js';
import { findRunning } from '../../local/src/running.js';
import { startServices } from '../../local/src/services.js';
import { withApplication } from './context.js';
import { journey } from './journey/journey.js';

const USAGE = `npm run journey -- --feed PATH [--origin WORDS --destination WORDS] [--date YYYY-MM-DD] [--days 30] [--layout coach-49]

Plays the whole main job through the public API: import, search, live map, reserve, pay, PDF, e-mail, calendar, scan.
It uses the running "npm start"; when there is none it starts a Holdfast of its own and removes it afterwards.`;

const { values } = parseArgs({
  options: {
    feed: { type: 'string' },
    origin: { type: 'string' },
    destination: { type: 'string' },
    date: { type: 'string' },
    days: { type: 'string', default: '30' },
    layout: { type: 'string', default: 'coach-49' },
    help: { type: 'boolean', default: false },
  },
});

type Import = () => Promise<string>;

/** Imports into whatever database `withGtfs` gives. */
function importer(feed: string, withGtfs: (work: (gtfs: GtfsImport) => Promise<string>) => Promise<string>): Import {
  return () =>
    withGtfs(async (gtfs) => {
      const from = values.date ?? new Date().toISOString().slice(0, 10);
      const summary = await gtfs.import({ path: feed, from, days: Number(values.days), layout: values.layout });
      if (summary.nothingInWindow)
        throw new Error(
          `nothing of the feed runs in ${values.days} days from ${from}; its calendar covers ${summary.calendar?.from} to ${summary.calendar?.to}`,
        );
      const { inserted, updated, unchanged } = summary.trips;
      return `${inserted + updated + unchanged} trips, ${summary.stops} stops, ${summary.fares} fares`;
    });
}

async function play(url: string, importFeed: Import): Promise<void> {
  const admin = demoLogins().find(({ role }) => role === 'admin')!;
  const { origin, destination, date } = values;
  const began = performance.now();
  const { times } = await journey({
    url,
    admin,
    importFeed,
    origin,
    destination,
    date,
    print: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`${times.length} steps, all right, in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
}

/** A Holdfast for this journey alone, gone afterwards however it ends. */
async function onItsOwn(feed: string): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-journey-'));
  const services = await startServices({ dataDir, postgres: true, redis: true, removeDataDir: true });
  const port = await freePort();
  const { DATABASE_URL, REDIS_URL } = services;
  const env = {
    ...localSecrets(dataDir),
    DATABASE_URL,
    REDIS_URL,
    PORT: String(port),
    STORAGE_DIR: join(dataDir, 'files'),
    LOG_LEVEL: 'warn',
  };
  try {
    await prepareDatabase(env, () => undefined);
    const server = await startServer(env);
    process.stdout.write(`A Holdfast of its own on ${server.url}\n`);
    try {
      await play(
        server.url,
        importer(feed, (work) => work(server.get(GtfsImport))),
      );
    } finally {
      await server.close();
    }
  } finally {
    await services.stop();
  }
}

if (values.help || !values.feed) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(values.help ? 0 : 1);
}
try {
  const running = findRunning(join(process.cwd(), '.data'));
  const feed = values.feed;
  if (running)
    await play(
      running.url,
      importer(feed, (work) => withApplication((get) => work(get(GtfsImport)))),
    );
  else await onItsOwn(feed);
  process.exit(0);
} catch (error) {
  process.stderr.write(`The journey ended: ${(error as Error).message}\n`);
  process.exit(1);
}
