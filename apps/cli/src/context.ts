import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { createServer, migrate } from '../../api/src/server.js';
import { lockDataDir, prepareDataDir } from '../../local/src/data-dir.js';
import { type Environment, localEnvironment } from '../../local/src/environment.js';
import { findRunning } from '../../local/src/running.js';
import { startServices } from '../../local/src/services.js';

type Get = <T>(type: Type<T>) => T;

/**
 * Runs `work` with the application's services, without serving or working off jobs. It uses the database of a running
 * `npm start`, else the one that the environment names, else it starts the embedded one for as long as `work` takes.
 */
export async function withApplication<T>(work: (get: Get) => Promise<T>, root = process.cwd()): Promise<T> {
  const dataDir = join(root, '.data');
  const running = findRunning(dataDir);
  if (running) return await withServices(running.env, work);
  prepareDataDir(dataDir);
  const { env, postgres, redis } = localEnvironment(process.env, dataDir, root);
  if (!postgres && !redis) return await withServices(env, work);
  const unlock = lockDataDir(dataDir);
  const services = await startServices({ dataDir, postgres, redis });
  try {
    const { DATABASE_URL, REDIS_URL } = services;
    return await withServices({ ...env, ...(DATABASE_URL && { DATABASE_URL }), ...(REDIS_URL && { REDIS_URL }) }, work);
  } finally {
    await services.stop();
    unlock();
  }
}

async function withServices<T>(given: Environment, work: (get: Get) => Promise<T>): Promise<T> {
  const env = { ...given, ROLE: 'api', LOG_LEVEL: 'warn' };
  await migrate(env);
  const app = await createServer(env);
  try {
    await app.init();
    return await work((type) => app.get(type, { strict: false }));
  } finally {
    await app.close();
  }
}
