import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'redis';
import { findCommand } from './commands.js';
import type { Guard, GuardedProcess } from './guard.js';
import { lastWords } from './log-file.js';
import { withFreePort } from './ports.js';
import { installRedis } from './redis-install.js';

export interface RedisOptions {
  guard: Guard;
  dataDir: string;
  /** A free one without it. */
  port?: number;
  /** Keeps every write in a file (at most one second of them is lost with the machine). True without it. */
  persistent?: boolean;
  log?: (words: string) => void;
  /** Ends an installation that is under way. */
  signal?: AbortSignal;
}

export interface Redis {
  url: string;
  port: number;
  /** `Redis 7.0.15` or `Valkey 8.1.1` */
  version: string;
  process: GuardedProcess;
  stop(): Promise<void>;
}

const START_SECONDS = 60;

/**
 * Starts a Redis (or Valkey) server of the machine on 127.0.0.1 with a password; installs Debian's when there is none
 * and it may.
 * @throws an Error that says in one line what to install, or the server's last words
 */
export async function startRedis(options: RedisOptions): Promise<Redis> {
  const { dataDir, log = () => undefined } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const command = findRedis() ?? (await installedRedis(options));
  const password = redisPassword(join(dataDir, 'password'));

  log('Redis: starting');
  return withFreePort(options.port, async (port) => {
    // Not on the command line, where every user of the machine could read the password.
    writeFileSync(join(dataDir, 'redis.conf'), configuration(port, password, options.persistent ?? true), {
      mode: 0o600,
    });
    const server = await options.guard.start({
      name: 'Redis',
      command: [command, 'redis.conf'],
      cwd: dataDir,
      logFile: join(dataDir, 'log'),
      recordFile: join(dataDir, 'running.json'),
    });
    const url = `redis://:${password}@127.0.0.1:${port}`;
    try {
      const version = await answers(url, server, join(dataDir, 'log'));
      server.unref();
      return { url, port, version, process: server, stop: () => server.stop() };
    } catch (error) {
      await server.stop();
      throw error;
    }
  });
}

function findRedis(): string | undefined {
  return findCommand('redis-server') ?? findCommand('valkey-server');
}

async function installedRedis({ dataDir, log = () => undefined, signal }: RedisOptions): Promise<string> {
  await installRedis(join(dataDir, 'apt.log'), log, signal);
  const command = findRedis() ?? findCommand('redis-server', '/usr/bin');
  if (!command) throw new Error('apt-get installed redis-server, but it is not on the PATH');
  return command;
}

/** `noeviction`: a queue must never lose a job to make room. */
function configuration(port: number, password: string, persistent: boolean): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    'dir ./',
    'daemonize no',
    'save ""',
    `appendonly ${persistent ? 'yes' : 'no'}`,
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

function redisPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const password = randomBytes(24).toString('base64url');
    writeFileSync(file, password, { mode: 0o600 });
    return password;
  }
}

/** Until it has read its file Redis answers LOADING. @returns its name and version */
async function answers(url: string, server: GuardedProcess, logFile: string): Promise<string> {
  let ended: string | undefined;
  void server.exited.then((how) => (ended = how));
  for (const until = Date.now() + START_SECONDS * 1000; Date.now() < until; await delay(25)) {
    if (ended) throw new Error(`Redis ended with ${ended} while starting: ${lastWords(logFile)}`);
    const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 2000 } });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
      return nameAndVersion(await client.info('server'));
    } catch {
      // Not yet.
    } finally {
      if (client.isOpen) client.destroy();
    }
  }
  throw new Error(`Redis did not answer within ${START_SECONDS} s: ${lastWords(logFile)}`);
}

function nameAndVersion(info: string): string {
  const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
  return valkey ? `Valkey ${valkey}` : `Redis ${/^redis_version:(\S+)/m.exec(info)?.[1] ?? ''}`;
}
