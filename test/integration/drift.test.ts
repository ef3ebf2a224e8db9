import { readFileSync, readdirSync } from 'node:fs';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { printSchema } from 'graphql';
import { DataSource } from 'typeorm';
import { dataSourceOptions, envExample } from '#platform';
import { migrations } from '../../apps/api/src/migrations.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { testDatabase } from '../support/database.js';

/** Tables, columns, constraints, indexes and functions of the schema, as text that can be compared. */
const CATALOG = `
  SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS line
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'typeorm%' AND table_name <> 'migrations'
  UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND conrelid::regclass::text <> 'migrations'
  UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations'
  UNION ALL SELECT 'extension ' || extname FROM pg_extension
  UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  ORDER BY 1`;

describe('what is generated and committed', () => {
  let application: TestApplication;
  beforeAll(async () => {
    application = await startApplication();
  });
  afterAll(async () => {
    await application.close();
  });

  it('schema.graphql is the schema that is served (npm run generate)', () => {
    expect(readFileSync('schema.graphql', 'utf8')).toBe(`${printSchema(application.get(GraphQLSchemaHost).schema)}\n`);
  });

  it('.env.example names every variable (npm run generate)', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
  });
});

describe('migrations', () => {
  it('are all listed, in order', () => {
    const files = readdirSync('migrations').map((file) => file.slice(0, 13));
    expect(migrations.map(({ name }) => name.slice(-13))).toEqual(files.toSorted());
  });

  it('give the columns that the entities have', async () => {
    const { dataSource, drop } = await testDatabase();
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      // Constraints and indexes are written by hand in the migrations; entities say only what their columns are.
      const columns = upQueries
        .map(({ query }) => query)
        .filter((query) => /CREATE TABLE|(ADD|DROP|ALTER) COLUMN|ALTER TABLE "\w+" (ADD|DROP) "/.test(query));
      expect(columns).toEqual([]);
    } finally {
      await drop();
    }
  });

  it('go back to nothing, and up again to the same', async () => {
    const { url, dataSource, drop } = await testDatabase();
    const migrating = await new DataSource(dataSourceOptions({ url, migrations, poolSize: 2 })).initialize();
    try {
      const before = await dataSource.query(CATALOG);
      for (const _ of migrations) await migrating.undoLastMigration();
      const [{ count }] = (await dataSource.query(
        `SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
      )) as [{ count: number }];
      expect(count).toBe(0);
      await migrating.runMigrations();
      expect(await dataSource.query(CATALOG)).toEqual(before);
    } finally {
      await migrating.destroy();
      await drop();
    }
  });
});
