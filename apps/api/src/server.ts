import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { ExternalContextCreator, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import type { Clock } from '#kernel';
import { NestLogger, createLogger, dataSourceOptions, parseConfig, takeAnswersAtOnce } from '#platform';
import { AppModule } from './app.module.js';
import { seedDemo } from './demo.js';
import { collectGarbage } from './heap.js';
import { equip, httpAdapter } from './http.js';
import { migrations } from './migrations.js';

export { ConfigError } from '#platform';
export { demoLogins } from './demo.js';

type Environment = Record<string, string | undefined>;

/** The application while it serves. */
export interface Server {
  url: string;
  /** One of its services, for commands that run in the same process. */
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

/** The application, wired but not listening. @param clock of a test @throws ConfigError */
export async function createServer(env: Environment, clock?: Clock): Promise<NestFastifyApplication> {
  const config = parseConfig(env);
  const log = createLogger(config.LOG_LEVEL);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config, log, clock), httpAdapter(config), {
    logger: new NestLogger(log),
    rawBody: true,
    abortOnError: false,
  });
  takeAnswersAtOnce(app.get(ExternalContextCreator));
  equip(app, config, log);
  if (config.OPENSEARCH_URL) log.warn('OPENSEARCH_URL is set, but searches are still answered by PostgreSQL');
  return app;
}

/** Serves, works off jobs, or both, as ROLE says. @throws ConfigError */
export async function startServer(env: Environment): Promise<Server> {
  const app = await createServer(env);
  const { HOST, PORT } = parseConfig(env);
  await app.init();
  await collectGarbage();
  await app.listen(PORT, HOST);
  return {
    url: (await app.getUrl()).replace('127.0.0.1', 'localhost').replace('[::1]', 'localhost'),
    get: (type) => app.get(type, { strict: false }),
    close: () => app.close(),
  };
}

/** Brings the schema up to date. One process at a time does it; the others wait. @returns how many migrations ran */
export async function migrate(env: Environment): Promise<number> {
  const dataSource = await new DataSource(
    dataSourceOptions({ url: parseConfig(env).DATABASE_URL, migrations, poolSize: 2 }),
  ).initialize();
  try {
    const lock = dataSource.createQueryRunner();
    try {
      await lock.query(`SELECT pg_advisory_lock(hashtextextended('holdfast:migrations', 0))`);
      return (await dataSource.runMigrations()).length;
    } finally {
      await lock.query(`SELECT pg_advisory_unlock(hashtextextended('holdfast:migrations', 0))`);
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}

/** Schema and, once, the demo data; production gets no demo data. */
export async function prepareDatabase(
  env: Environment,
  report: (step: string) => void,
): Promise<{ migrated: number; seeded: boolean }> {
  report('Schema');
  const migrated = await migrate(env);
  if (parseConfig(env).isProduction) return { migrated, seeded: false };
  return { migrated, seeded: await seedDemo(env, report) };
}
