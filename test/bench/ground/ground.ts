import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { type Guard, startGuard } from '../../../apps/local/src/guard.js';
import { type Services, startServices } from '../../../apps/local/src/services.js';

/** Nothing here trades safety for speed: every commit is on the disk before it is answered. */
export const POSTGRES_SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
  // The fan-out is timed from the commit.
  track_commit_timestamp: 'on',
};

/** The servers of a run, its databases and its folder. All of it is gone afterwards, however the run ends. */
export class Ground {
  readonly guard: Guard = startGuard();
  readonly secret = randomBytes(32).toString('hex');
  private readonly signingKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' });
  private readonly clients: Client[] = [];

  private constructor(
    readonly folder: string,
    readonly services: Services,
  ) {}

  static async prepare(): Promise<Ground> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
    // PostgreSQL runs as somebody else when we are root, and must get in.
    chmodSync(folder, 0o711);
    const services = await startServices({
      dataDir: folder,
      removeDataDir: true,
      postgres: true,
      redis: true,
      postgresSettings: POSTGRES_SETTINGS,
    });
    const ground = new Ground(folder, services);
    try {
      mkdirSync(join(folder, 'files'));
      await ground.migrate();
    } catch (error) {
      await ground.close();
      throw error;
    }
    return ground;
  }

  get postgresPid(): number {
    return this.services.postgres!.process.pid;
  }

  get databaseUrl(): string {
    return this.services.DATABASE_URL!;
  }

  /** A client of one of the databases of this run, made if need be. Connected until the end. */
  async client(database = 'holdfast'): Promise<Client> {
    const client = new Client({ connectionString: await this.database(database) });
    // The server may go first at the end.
    client.on('error', () => undefined);
    await client.connect();
    this.clients.push(client);
    return client;
  }

  async database(name: string): Promise<string> {
    const url = this.services.postgres!.url(name);
    const admin = new Client({ connectionString: this.services.postgres!.url('postgres') });
    await admin.connect();
    try {
      const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0) await admin.query(`CREATE DATABASE ${name}`);
    } finally {
      await admin.end();
    }
    return url;
  }

  /** The environment of an API or worker process. One line of log for each request is left out. */
  environment(overrides: Record<string, string>): Record<string, string> {
    return {
      NODE_ENV: 'production',
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      TRUST_PROXY: 'true',
      DATABASE_URL: this.databaseUrl,
      REDIS_URL: this.services.REDIS_URL!,
      PUBLIC_URL: 'http://127.0.0.1',
      SMTP_URL: 'smtp://127.0.0.1:9',
      PAYMENT_PROVIDER: 'sandbox',
      STORAGE_DIR: join(this.folder, 'files'),
      JWT_SECRET: this.secret,
      LINK_SECRET: this.secret,
      SANDBOX_WEBHOOK_SECRET: this.secret,
      TICKET_SIGNING_KEY: this.signingKey.toString('base64'),
      ...overrides,
    };
  }

  /** So that no slice of load pays for the writing that the one before it left behind. */
  async settle(): Promise<void> {
    const client = await this.client('postgres');
    await client.query('CHECKPOINT');
    await this.release(client);
  }

  async release(client: Client): Promise<void> {
    this.clients.splice(this.clients.indexOf(client), 1);
    await client.end();
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.splice(0).map((client) => client.end().catch(() => undefined)));
    await this.guard.close();
    await this.services.stop();
  }

  private async migrate(): Promise<void> {
    const env = this.environment({ ROLE: 'api' });
    await promisify(execFile)(process.execPath, ['dist/apps/api/src/main.js', 'migrate'], { env });
  }
}
