import type { DataSourceOptions } from 'typeorm';
import { SnakeNaming } from './naming.js';
import { PreparingClient } from './preparing-client.js';

/** How a process talks to PostgreSQL: the same for the application, the migrations and the tests. */
export function dataSourceOptions(settings: {
  url: string;
  replicaUrl?: string;
  poolSize?: number;
  entities?: DataSourceOptions['entities'];
  migrations?: DataSourceOptions['migrations'];
}): DataSourceOptions {
  const { url, replicaUrl, poolSize = 10, entities = [], migrations = [] } = settings;
  const reach = replicaUrl
    ? // Repositories stay on the primary: only a read that asks for the replica may be behind.
      { replication: { defaultMode: 'master' as const, master: { url }, slaves: [{ url: replicaUrl }] } }
    : { url };
  return {
    type: 'postgres',
    ...reach,
    entities,
    migrations,
    namingStrategy: new SnakeNaming(),
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    poolSize,
    installExtensions: false,
    applicationName: 'holdfast',
    extra: {
      Client: PreparingClient,
      // A statement that waits longer than this for a row has met a bug or an overload: it is told so.
      options: '-c lock_timeout=5000 -c jit=off -c idle_in_transaction_session_timeout=60000 -c timezone=UTC',
    },
  };
}
