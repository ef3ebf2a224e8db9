import { DataSource } from 'typeorm';
import { dataSourceOptions } from '#platform';
import { entities } from './apps/api/src/entities.js';
import { migrations } from './apps/api/src/migrations.js';

/** For the TypeORM command line: `npx typeorm migration:show -d dist/ormconfig.js`, with DATABASE_URL set. */
export default new DataSource(
  dataSourceOptions({
    url: process.env['DATABASE_URL'] ?? 'postgres://localhost/holdfast',
    entities,
    migrations,
    poolSize: 2,
  }),
);
