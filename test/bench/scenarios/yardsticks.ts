import type { Client } from 'pg';
import type { Bench, Contender, Slice } from '../rounds.js';
import type { PgbenchResult, PgbenchRun } from '../yardsticks/pgbench.js';
import { HOLD_64, HOLD_ONE, PLAIN_SEATS, READ_50, makePlainTables, plainHolds } from '../yardsticks/plain-tables.js';

/** More than any machine holds in a second, one at a time and 64 at a time. */
const MOST_PER_SECOND = { one: 25_000, many: 250_000 };
const TRIPS_READ = 1000;

/** F1: one hold as one statement, 8 clients. With a rate: arrivals by chance, latency from when they were due. */
export function holdOne(bench: Bench, db: Client, rate?: number): Contender {
  return async () => {
    // Whole seconds: pgbench knows no others.
    const seconds = Math.ceil(bench.form.seconds);
    const seats = Math.ceil((rate ? rate * 1.5 : MOST_PER_SECOND.one) * seconds) + 1000;
    await makePlainTables(db, seats);
    const clients = 8;
    const run = { script: HOLD_ONE, clients, seconds, rate, variables: { i: 0, clients, seats } };
    const measured = await pgbench(bench, run);
    return await withHolds(db, measured, 1);
  };
}

/** F64: 64 holds as one statement, 2 clients. The measure is seats a second. */
export function hold64(bench: Bench, db: Client): Contender {
  return async () => {
    const seconds = Math.min(5, Math.ceil(bench.form.seconds));
    const seats = MOST_PER_SECOND.many * seconds;
    await makePlainTables(db, seats);
    const measured = await pgbench(bench, {
      script: HOLD_64,
      clients: 2,
      seconds,
      variables: { i: 0, clients: 2, seats },
    });
    return await withHolds(db, measured, 64);
  };
}

/** The seats of one trip as rows, 8 clients. */
export async function read50(bench: Bench, db: Client): Promise<Contender> {
  await makePlainTables(db, TRIPS_READ * PLAIN_SEATS);
  return async () => {
    const seconds = Math.ceil(bench.form.seconds);
    const measured = await pgbench(bench, { script: READ_50, clients: 8, seconds, variables: { trips: TRIPS_READ } });
    return sliceOf(measured, 1);
  };
}

async function pgbench(bench: Bench, run: PgbenchRun): Promise<PgbenchResult> {
  await bench.ground.settle();
  return await bench.pgbench!.run(run);
}

function sliceOf({ rate, latencyMs, cpuSeconds, seconds }: PgbenchResult, each: number): Slice {
  return {
    values: { rate: rate * each, ...(latencyMs && { p99: latencyMs.p99 }) },
    latencyMs,
    cores: { postgres: cpuSeconds.postgres / seconds, generator: cpuSeconds.generator / seconds },
  };
}

/** A hold of a seat that was taken already would have been too cheap. */
async function withHolds(db: Client, measured: PgbenchResult, each: number): Promise<Slice> {
  const slice = sliceOf(measured, each);
  const expected = measured.transactions * each;
  const holds = await plainHolds(db);
  if (holds !== expected) slice.void = `pgbench made ${holds} holds where it should have made ${expected}`;
  return slice;
}
