import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServices } from '../../apps/local/src/services.js';

export interface TestServices {
  REDIS_URL: string;
  /** Its user may make and drop databases; `postgres` is there to connect to while doing so. */
  databaseUrl(name: string): string;
  stop(): Promise<void>;
}

/**
 * A PostgreSQL and a Redis of the tests' own, on free ports, with data in a new temporary folder. All of it is gone
 * after `stop`, and within seconds when the test process fails, is interrupted or killed. About 1 s.
 */
export async function startTestServices(): Promise<TestServices> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  // When the tests run as root, PostgreSQL runs as somebody else, who must get in.
  await chmod(dataDir, 0o711);
  const services = await startServices({
    dataDir,
    removeDataDir: true,
    postgres: true,
    redis: true,
    durable: false,
    postgresSettings: {
      max_connections: '200',
      shared_buffers: '64MB',
      wal_level: 'minimal',
      max_wal_senders: '0',
      checkpoint_timeout: '1h',
    },
  });
  return {
    REDIS_URL: services.REDIS_URL!,
    databaseUrl: (name) => services.postgres!.url(name),
    stop: () => services.stop(),
  };
}
