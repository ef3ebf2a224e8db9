import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '#platform';
import { entities } from '../../apps/api/src/entities.js';
import { TEMPLATE } from './template.js';

function urlOf(name: string): string {
  const url = new URL(process.env['TEST_DATABASE_URL']!);
  url.pathname = `/${name}`;
  return url.href;
}

async function asServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function createDatabase(name: string, template: string): Promise<string> {
  await asServer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return urlOf(name);
}

async function dropDatabase(name: string): Promise<void> {
  await asServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

export interface TestDatabase {
  name: string;
  url: string;
  dataSource: DataSource;
  drop(): Promise<void>;
}

/** An own copy of the migrated database, for one test file, or of another that nobody uses: about 60 ms. */
export async function testDatabase(template = TEMPLATE): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = await createDatabase(name, template);
  const dataSource = await new DataSource(dataSourceOptions({ url, entities, poolSize: 20 })).initialize();
  return {
    name,
    url,
    dataSource,
    drop: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await dropDatabase(name);
    },
  };
}
