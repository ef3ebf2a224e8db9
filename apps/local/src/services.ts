import { join, relative } from 'node:path';
import { Client } from 'pg';
import { type Guard, startGuard } from './guard.js';
import { type Postgres, startPostgres } from './postgres.js';
import { type Progress, silentProgress } from './progress.js';
import { type Redis, startRedis } from './redis.js';

export interface ServicesOptions {
  dataDir: string;
  postgres: boolean;
  redis: boolean;
  /** For tests: false gives up surviving a crash for speed. True without it. */
  durable?: boolean;
  /** Settings of the PostgreSQL server. */
  postgresSettings?: Record<string, string>;
  /** Also removes `dataDir` at the end, however the end comes. */
  removeDataDir?: boolean;
  progress?: Progress;
  /** Ends a start that is under way; `startServices` then rejects when everything has stopped. */
  signal?: AbortSignal;
}

export interface Services {
  /** Of the database `holdfast`. Undefined when PostgreSQL was not asked for. */
  DATABASE_URL?: string;
  REDIS_URL?: string;
  postgres?: Postgres;
  redis?: Redis;
  /** Resolves with `PostgreSQL ended with signal SIGKILL` when one of them ends without being stopped. Never rejects. */
  died: Promise<string>;
  stop(): Promise<void>;
}

const DATABASE = 'holdfast';
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts the wanted servers side by side. They end when `stop` is called, and when this process ends in any way.
 * When one cannot be started, the other is stopped before this rejects.
 */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const guard = startGuard();
  if (options.removeDataDir) guard.removeAtEnd(options.dataDir);
  const failure = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal;
  const closeGuard = () => void guard.close();
  signal.addEventListener('abort', closeGuard, { once: true });
  const [postgres, redis] = await Promise.allSettled([
    options.postgres ? postgresStep(options, guard).catch(giveUp) : undefined,
    options.redis ? redisStep(options, guard, signal).catch(giveUp) : undefined,
  ]);
  function giveUp(error: unknown): never {
    failure.abort(error);
    throw error;
  }
  signal.removeEventListener('abort', closeGuard);
  if (signal.aborted || postgres.status === 'rejected' || redis.status === 'rejected') {
    await guard.close();
    throw signal.reason;
  }

  let stopping: Promise<void> | undefined;
  const servers = [
    { name: 'PostgreSQL', process: postgres.value?.process },
    { name: 'Redis', process: redis.value?.process },
  ];
  return {
    DATABASE_URL: postgres.value?.url(DATABASE),
    REDIS_URL: redis.value?.url,
    postgres: postgres.value,
    redis: redis.value,
    died: new Promise((resolve) => {
      for (const { name, process } of servers) {
        void process?.exited.then((how) => stopping ?? resolve(`${name} ended with ${how}`));
      }
    }),
    stop: () => (stopping ??= guard.close()),
  };
}

function postgresStep(options: ServicesOptions, guard: Guard): Promise<Postgres> {
  const { dataDir, durable = true, progress = silentProgress } = options;
  return progress.step('PostgreSQL', async (say) => {
    const folder = join(dataDir, 'postgres');
    const settings = { ...(durable ? {} : NOT_DURABLE), ...options.postgresSettings };
    const postgres = await startPostgres({ guard, dataDir: folder, settings, log: say });
    await makeDatabase(postgres.url('postgres'));
    say(`PostgreSQL ${postgres.version} on 127.0.0.1:${postgres.port} (${relative(process.cwd(), folder) || folder})`);
    return postgres;
  });
}

function redisStep(options: ServicesOptions, guard: Guard, signal: AbortSignal): Promise<Redis> {
  const { dataDir, durable, progress = silentProgress } = options;
  return progress.step('Redis', async (say) => {
    const folder = join(dataDir, 'redis');
    const redis = await startRedis({ guard, dataDir: folder, persistent: durable, log: say, signal });
    say(`${redis.version} on 127.0.0.1:${redis.port} (${relative(process.cwd(), folder) || folder})`);
    return redis;
  });
}

async function makeDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  // The server may be stopped meanwhile; the query then fails by itself.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}
