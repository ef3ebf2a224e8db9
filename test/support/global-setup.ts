import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { testEnvironment } from './environment.js';
import { startTestServices } from './services.js';
import { TEMPLATE } from './template.js';

/**
 * One PostgreSQL and one Redis for the whole run, and the migrated database that every test file gets a copy of.
 * The migrations run in a process of their own: Nest keeps its metadata in globals, and Jest would show those to tests.
 */
export default async function globalSetup(): Promise<void> {
  const services = await startTestServices();
  (globalThis as { testServices?: typeof services }).testServices = services;
  process.env['TEST_REDIS_URL'] = services.REDIS_URL;
  process.env['TEST_DATABASE_URL'] = services.databaseUrl('postgres');
  const client = new pg.Client({ connectionString: services.databaseUrl('postgres') });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  const env = testEnvironment({ DATABASE_URL: services.databaseUrl(TEMPLATE) });
  await promisify(execFile)(process.execPath, ['dist/apps/api/src/main.js', 'migrate'], {
    env: { ...process.env, ...env },
  });
}
