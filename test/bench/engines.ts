import { randomUUID } from 'node:crypto';
import { mkdtempSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { type Services, startServices } from '../../apps/local/src/services.js';
import { cells } from './engines/cells.js';
import { type Engine, HOLDS_TABLE, type WantedHold } from './engines/engine.js';
import { exclusion } from './engines/exclusion.js';
import { legRows } from './engines/leg-rows.js';
import { mask } from './engines/mask.js';
import { POSTGRES_SETTINGS } from './ground/ground.js';
import { familyCpuSeconds } from './ground/processes.js';
import { median } from './load/percentiles.js';

/** What was tried before the inventory got its tables: the figures of the decision record. */
const ENGINES: Engine[] = [exclusion, legRows, cells, mask];
const BATCHES = [
  { size: 1, clients: 8 },
  { size: 16, clients: 4 },
  { size: 64, clients: 2 },
];
const TRIPS = 2000;
const SEATS = 49;
const LEGS = 8;

interface Measured {
  holdsPerSecond: number;
  refusedPercent: number;
  p99Ms: number;
  postgresMicros: number;
  nodeMicros: number;
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '10' } },
});
const form = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
const folder = mkdtempSync(join(tmpdir(), 'holdfast-engines-'));
chmodSync(folder, 0o711);
const services = await startServices({
  dataDir: folder,
  removeDataDir: true,
  postgres: true,
  redis: false,
  postgresSettings: POSTGRES_SETTINGS,
});
try {
  const measured = new Map<string, Measured[]>();
  for (let round = 0; round < form.rounds; round++)
    for (const { size, clients } of BATCHES)
      for (const engine of round % 2 === 0 ? ENGINES : ENGINES.toReversed()) {
        const key = `${engine.name}|${size}`;
        measured.set(key, [...(measured.get(key) ?? []), await measure(services, engine, size, clients)]);
      }
  print(measured);
} finally {
  await services.stop();
}

async function measure({ postgres }: Services, engine: Engine, size: number, clients: number): Promise<Measured> {
  const url = postgres!.url('engines');
  const admin = await connect(postgres!.url('postgres'));
  await admin.query('DROP DATABASE IF EXISTS engines WITH (FORCE)');
  await admin.query('CREATE DATABASE engines');
  const db = await connect(url);
  await db.query(`${HOLDS_TABLE} CREATE TABLE trips (id uuid PRIMARY KEY); ${engine.tables(LEGS)}`);
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO trips SELECT uuidv7() FROM generate_series(1, $1::integer) RETURNING id`,
    [TRIPS],
  );
  if (engine.fill) await db.query(engine.fill(LEGS, SEATS));
  await db.query('VACUUM ANALYZE');
  await admin.query('CHECKPOINT');

  const trips = rows.map(({ id }) => id);
  const callers = await Promise.all(Array.from({ length: clients }, () => connect(url)));
  const cpu = { node: process.cpuUsage(), postgres: familyCpuSeconds(postgres!.process.pid) };
  const until = performance.now() + form.seconds * 1000;
  const tallies = await Promise.all(callers.map((client) => holdUntil(until, engine, client, trips, size)));
  const { user, system } = process.cpuUsage(cpu.node);
  const postgresSeconds = familyCpuSeconds(postgres!.process.pid) - cpu.postgres;
  const won = tallies.reduce((sum, tally) => sum + tally.won, 0);
  const asked = tallies.reduce((sum, tally) => sum + tally.asked, 0);
  const twice = await db.query<{ count: string }>(engine.twice);
  const holds = await db.query<{ count: string }>('SELECT count(*) FROM holds');
  await Promise.all([...callers, db, admin].map((client) => client.end()));
  if (twice.rows[0]!.count !== '0') throw new Error(`${engine.name} gave ${twice.rows[0]!.count} seat-legs away twice`);
  if (Number(holds.rows[0]!.count) !== won)
    throw new Error(`${engine.name} said ${won} holds and has ${holds.rows[0]!.count}`);
  const times = tallies.flatMap(({ ms }) => ms).toSorted((a, b) => a - b);
  return {
    holdsPerSecond: won / form.seconds,
    refusedPercent: ((asked - won) / asked) * 100,
    p99Ms: times[Math.floor(times.length * 0.99)]!,
    postgresMicros: (postgresSeconds / won) * 1e6,
    nodeMicros: (user + system) / won,
  };
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  await client.connect();
  return client;
}

async function holdUntil(until: number, engine: Engine, client: Client, trips: string[], size: number) {
  const tally = { won: 0, asked: 0, ms: [] as number[] };
  while (performance.now() < until) {
    const holds = batch(trips, size);
    const began = performance.now();
    tally.won += await engine.hold(client, holds).catch(unlessDeadlock);
    tally.ms.push(performance.now() - began);
    tally.asked += size;
  }
  return tally;
}

/** The victim of a deadlock got nothing; that is what it counts as. */
function unlessDeadlock(error: unknown): number {
  if ((error as { code?: string }).code === '40P01') return 0;
  throw error;
}

/** Different seats of any trips, for any part of the journey. */
function batch(trips: string[], size: number): WantedHold[] {
  const below = (most: number): number => Math.floor(Math.random() * most);
  const holds = new Map<number, WantedHold>();
  while (holds.size < size) {
    const place = below(trips.length * SEATS);
    const from = below(LEGS);
    const to = from + 1 + below(LEGS - from);
    holds.set(place, { id: randomUUID(), trip: trips[Math.floor(place / SEATS)]!, seat: place % SEATS, from, to });
  }
  return [...holds.values()];
}

function print(measured: Map<string, Measured[]>): void {
  const head = [
    'engine',
    'batch',
    'holds/s',
    'range',
    'of the mask',
    'refused %',
    'p99 of a batch, ms',
    'PostgreSQL µs',
    'Node µs',
  ];
  const of = (key: string, name: keyof Measured): number => median(measured.get(key)!.map((each) => each[name]));
  const rows = BATCHES.flatMap(({ size, clients }) =>
    ENGINES.map((engine) => {
      const key = `${engine.name}|${size}`;
      const rates = measured.get(key)!.map(({ holdsPerSecond }) => holdsPerSecond);
      const share = of(key, 'holdsPerSecond') / of(`${mask.name}|${size}`, 'holdsPerSecond');
      return [
        engine.name,
        `${size} × ${clients}`,
        Math.round(median(rates)).toLocaleString('en'),
        `${Math.round(Math.min(...rates)).toLocaleString('en')} … ${Math.round(Math.max(...rates)).toLocaleString('en')}`,
        share.toFixed(2),
        of(key, 'refusedPercent').toFixed(1),
        of(key, 'p99Ms').toFixed(1),
        of(key, 'postgresMicros').toFixed(0),
        of(key, 'nodeMicros').toFixed(0),
      ];
    }),
  );
  for (const row of [head, head.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);
  console.log(
    `\nHolds of one seat over random parts of ${LEGS} legs, ${TRIPS} trips of ${SEATS} seats; batch size × connections; ` +
      `${form.rounds} rounds of ${form.seconds} s in turn, medians; PostgreSQL ${services.postgres!.version}, fsync and synchronous_commit on, Node ${process.versions.node}.`,
  );
}
