import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Guard, GuardedProcess, Program } from './guard.js';
import { lastWords } from './log-file.js';
import { withFreePort } from './ports.js';
import { SUPERUSER, keptPassword, makeCluster, newPassword } from './postgres-cluster.js';
import { postgresBinaries } from './postgres-binaries.js';
import { processRecord } from './process-record.js';
import { unprivileged } from './unprivileged.js';

export interface PostgresOptions {
  guard: Guard;
  /** Everything lies below it: the cluster, the password, the log. */
  dataDir: string;
  /** A free one without it. */
  port?: number;
  /** Server settings on top of the defaults, for example `{ fsync: 'off' }`. */
  settings?: Record<string, string>;
  /** Hears what is being done. */
  log?: (words: string) => void;
}

export interface Postgres {
  url(database: string): string;
  port: number;
  version: string;
  /** The cluster was made by this call. */
  fresh: boolean;
  process: GuardedProcess;
  stop(): Promise<void>;
}

/** After a crash the server replays its log before it accepts anybody. */
const START_SECONDS = 120;

/**
 * Starts the PostgreSQL server of the npm package on 127.0.0.1, over the cluster in `dataDir`, which it makes when
 * there is none. Only TCP with a password (SCRAM), no socket file.
 * @throws an Error with the server's last words when it does not come up
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dataDir, log = () => undefined } = options;
  const binaries = postgresBinaries();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const account = unprivileged(binaries.initdb, dataDir);
  const program = (name: string, command: string[]): Program => ({
    name,
    command: [...account.prefix, ...command],
    cwd: dataDir,
    uid: account.uid,
    gid: account.gid,
    logFile: join(dataDir, 'log'),
    recordFile: join(dataDir, 'running.json'),
  });

  const fresh = !existsSync(join(dataDir, 'cluster'));
  const password = fresh ? newPassword(dataDir) : keptPassword(dataDir);
  if (fresh) {
    log('PostgreSQL: making the database cluster');
    const isDurable = options.settings?.['fsync'] !== 'off';
    await makeCluster(dataDir, isDurable, (args) => options.guard.start(program('initdb', [binaries.initdb, ...args])));
  }

  log('PostgreSQL: starting');
  return withFreePort(options.port, async (port) => {
    disownStalePid(join(dataDir, 'cluster', 'postmaster.pid'));
    const server = await options.guard.start(
      program('PostgreSQL', [binaries.postgres, ...serverArguments(options, port)]),
    );
    const url = (database: string) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
    try {
      const version = await acceptsConnections(url('postgres'), server, join(dataDir, 'log'));
      server.unref();
      return { url, port, version, fresh, process: server, stop: () => server.stop() };
    } catch (error) {
      await server.stop();
      throw error;
    }
  });
}

function serverArguments({ dataDir, settings }: PostgresOptions, port: number): string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  };
  return [
    '-D',
    join(dataDir, 'cluster'),
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

async function acceptsConnections(url: string, server: GuardedProcess, logFile: string): Promise<string> {
  let ended: string | undefined;
  void server.exited.then((how) => (ended = how));
  for (const until = Date.now() + START_SECONDS * 1000; Date.now() < until; await delay(25)) {
    if (ended) throw new Error(`PostgreSQL ended with ${ended} while starting: ${lastWords(logFile)}`);
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return rows[0]?.server_version ?? '';
    } catch (error) {
      // 28P01: a password that the cluster does not have will not get better.
      if ((error as { code?: string }).code === '28P01') {
        throw new Error(
          `PostgreSQL refuses the password in ${logFile.replace(/log$/, 'password')}: npm run reset makes a new cluster`,
          { cause: error },
        );
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  throw new Error(`PostgreSQL did not accept connections within ${START_SECONDS} s: ${lastWords(logFile)}`);
}

/**
 * After a crash the number in postmaster.pid may meanwhile belong to another program of the same account, and
 * PostgreSQL then refuses to start. It takes its own parent's number for stale, and still checks by the rest of the
 * file that no backend of the old server is left; so write ours there rather than remove the file.
 */
function disownStalePid(pidFile: string): void {
  if (!existsSync(pidFile)) return;
  const [pid = '', ...rest] = readFileSync(pidFile, 'utf8').split('\n');
  if (!processRecord(Number(pid)) || isPostgres(Number(pid))) return;
  writeFileSync(pidFile, [String(process.pid), ...rest].join('\n'));
}

/** Where the system does not tell, it might be one: then PostgreSQL decides. */
function isPostgres(pid: number): boolean {
  try {
    return /postgres/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return true;
  }
}
