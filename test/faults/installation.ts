import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { type Guard, startGuard } from '../../apps/local/src/guard.js';
import { freePort } from '../../apps/local/src/ports.js';
import { type Postgres, startPostgres } from '../../apps/local/src/postgres.js';
import { type Redis, startRedis } from '../../apps/local/src/redis.js';
import { testEnvironment } from '../support/environment.js';
import { Program } from './program.js';

/** Every commit is on the disk before it is answered. */
const SETTINGS = {
  fsync: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  shared_buffers: '64MB',
};

const DATABASE = 'holdfast';

export interface InstallationOptions {
  /** Processes that serve. */
  apis: number;
  /** PostgreSQL answers before it has written. For a negative control: what was acknowledged may be lost. */
  careless?: boolean;
}

const CARELESS = { synchronous_commit: 'off', wal_writer_delay: '10s', wal_writer_flush_after: '1GB' };

/**
 * A whole installation of its own: PostgreSQL, Redis, API processes and a worker, each of which can be killed and
 * started again with the same data and port. All of it is gone after `close`, and when this process ends in any way.
 */
export class Installation {
  readonly apis: Program[] = [];
  worker: Program;
  /** What is not to be mended by a restart: programs that left by themselves, with their last words. */
  readonly broken: string[] = [];
  private readonly breaking = new AbortController();
  private env: Record<string, string>;
  private postgresPort: number;
  private redisPort: number;

  private constructor(
    private readonly guard: Guard,
    readonly folder: string,
    private postgres: Postgres,
    private redis: Redis,
    private readonly settings: Record<string, string>,
  ) {}

  static async start({ apis, careless }: InstallationOptions): Promise<Installation> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-faults-'));
    // When the tests run as root, PostgreSQL runs as somebody else, who must get in.
    chmodSync(folder, 0o711);
    const guard = startGuard();
    guard.removeAtEnd(folder);
    const settings = { ...SETTINGS, ...(careless && CARELESS) };
    try {
      const [postgres, redis] = await Promise.all([
        startPostgres({ guard, dataDir: join(folder, 'postgres'), settings }),
        startRedis({ guard, dataDir: join(folder, 'redis') }),
      ]);
      const installation = new Installation(guard, folder, postgres, redis, settings);
      await installation.prepare(apis);
      return installation;
    } catch (error) {
      await guard.close();
      throw error;
    }
  }

  /** Aborted as soon as something is broken. */
  get hopeless(): AbortSignal {
    return this.breaking.signal;
  }

  get databaseUrl(): string {
    return this.postgres.url(DATABASE);
  }

  /** What commands of this installation get, such as the audit. */
  get environment(): Record<string, string> {
    return { ...this.env, DATABASE_URL: this.databaseUrl, REDIS_URL: this.redis.url };
  }

  /** A connection of the test's own; the server may go before it. */
  async connect(database = DATABASE): Promise<Client> {
    const client = new Client({ connectionString: this.postgres.url(database) });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async with<T>(work: (db: Client) => Promise<T>): Promise<T> {
    const db = await this.connect();
    try {
      return await work(db);
    } finally {
      await db.end();
    }
  }

  /** Copies what the programs have said to where it outlives the installation. @returns where */
  keepLogs(name: string): string {
    const to = resolve('.data', 'faults', name);
    rmSync(to, { recursive: true, force: true });
    const isWanted = (path: string): boolean =>
      !/cluster|files|appendonly|password|\.conf|\.json$/.test(path.slice(this.folder.length));
    cpSync(this.folder, to, { recursive: true, filter: isWanted });
    return to;
  }

  async killPostgres(): Promise<void> {
    process.kill(this.postgres.process.pid, 'SIGKILL');
    await this.postgres.process.exited;
  }

  async killRedis(): Promise<void> {
    process.kill(this.redis.process.pid, 'SIGKILL');
    await this.redis.process.exited;
  }

  async startPostgres(): Promise<void> {
    const options = {
      guard: this.guard,
      dataDir: join(this.folder, 'postgres'),
      port: this.postgresPort,
      settings: this.settings,
    };
    // The last processes of the killed server may take a moment to see that it is gone, and refuse another until then.
    for (let tries = 1; ; tries += 1) {
      try {
        this.postgres = await startPostgres(options);
        return;
      } catch (error) {
        if (tries === 20) throw error;
        await delay(100);
      }
    }
  }

  async startRedis(): Promise<void> {
    this.redis = await startRedis({
      guard: this.guard,
      dataDir: join(this.folder, 'redis'),
      port: this.redisPort,
    });
  }

  async close(): Promise<void> {
    await this.guard.close();
  }

  private async prepare(apis: number): Promise<void> {
    [this.postgresPort, this.redisPort] = [this.postgres.port, this.redis.port];
    const client = await this.connect('postgres');
    await client.query(`CREATE DATABASE ${DATABASE}`);
    await client.end();
    const files = join(this.folder, 'files');
    mkdirSync(files);
    const ports = await Promise.all(Array.from({ length: apis + 1 }, () => freePort()));
    this.env = testEnvironment({
      LOG_LEVEL: 'warn',
      TRUST_PROXY: 'true',
      DATABASE_URL: this.databaseUrl,
      REDIS_URL: this.redis.url,
      STORAGE_DIR: files,
      PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
    });
    const program = (name: string, role: string, port: number): Program =>
      new Program(this.guard, this.folder, name, { ...this.env, ROLE: role, PORT: String(port) }, (words) => {
        this.broken.push(words);
        this.breaking.abort();
      });
    await new Program(this.guard, this.folder, 'migrate', this.env).run('migrate');
    ports.slice(0, apis).forEach((port, index) => this.apis.push(program(`api-${index + 1}`, 'api', port)));
    this.worker = program('worker', 'worker', ports[apis]!);
    await Promise.all([...this.apis, this.worker].map((one) => one.start()));
  }
}
