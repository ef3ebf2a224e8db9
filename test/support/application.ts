import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createClient } from 'redis';
import type { Clock } from '#kernel';
import { Database } from '#platform';
import { createServer } from '../../apps/api/src/server.js';
import { Client } from '../../apps/cli/src/journey/client.js';
import { testDatabase } from './database.js';
import { testEnvironment } from './environment.js';

export interface TestApplication {
  app: NestFastifyApplication;
  url: string;
  env: Record<string, string>;
  database: Database;
  /** A client that is not logged in. */
  client: Client;
  get<T>(type: abstract new (...args: never[]) => T): T;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createTcpServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The real application on a free port, with a database, a Redis database and a storage folder of its own. */
export async function startApplication(
  overrides: Record<string, string> = {},
  clock?: Clock,
): Promise<TestApplication> {
  const [copy, port, storage] = await Promise.all([
    testDatabase(),
    freePort(),
    mkdtemp(join(tmpdir(), 'holdfast-files-')),
  ]);
  const env = testEnvironment({
    DATABASE_URL: copy.url,
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    STORAGE_DIR: storage,
    ...overrides,
  });
  const redis = createClient({ url: env['REDIS_URL'] });
  await redis.connect();
  await redis.flushDb();
  redis.destroy();
  try {
    return await serve(env, port, clock, async () => {
      await copy.drop();
      await rm(storage, { recursive: true, force: true });
    });
  } catch (error) {
    await copy.drop();
    throw error;
  }
}

/**
 * What a second process would be: an application with queues, connections and memory of its own, on the database and
 * the Redis of the first. Close it before the first.
 */
export async function startBeside(first: Pick<TestApplication, 'env'>, clock?: Clock): Promise<TestApplication> {
  const port = await freePort();
  return await serve({ ...first.env, PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` }, port, clock);
}

async function serve(
  env: Record<string, string>,
  port: number,
  clock?: Clock,
  cleanUp?: () => Promise<void>,
): Promise<TestApplication> {
  const app = await createServer(env, clock);
  try {
    await app.listen(port, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = `http://127.0.0.1:${port}`;
  return {
    app,
    url,
    env,
    database: app.get(Database),
    client: new Client(url),
    get: (type) => app.get(type as never, { strict: false }),
    close: async () => {
      await app.close();
      await cleanUp?.();
    },
  };
}
