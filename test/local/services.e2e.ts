import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createClient } from 'redis';
import { startGuard } from '../../apps/local/src/guard.js';
import { withFreePort } from '../../apps/local/src/ports.js';
import { startPostgres } from '../../apps/local/src/postgres.js';
import { startServices } from '../../apps/local/src/services.js';
import { startTestServices } from '../support/services.js';
import { type Checkout, expectGone, makeCheckout, processesIn } from './launcher.js';

// Each makes real servers, and other tests keep the machine busy.
jest.setTimeout(60_000);

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the servers of npm start', () => {
  let checkout: Checkout;
  beforeAll(() => (checkout = makeCheckout()));
  afterAll(() => checkout.remove());

  it('are durable, ask for a password, listen on 127.0.0.1 only, and know letters with accents', async () => {
    const services = await startServices({ dataDir: checkout.folder, postgres: true, redis: true });
    try {
      const url = services.DATABASE_URL!;
      const settings = await ask(
        url,
        `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages,
                current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets,
                current_setting('data_checksums') AS checksums, current_setting('TimeZone') AS zone`,
      );
      expect(settings).toEqual([
        { fsync: 'on', pages: 'on', addresses: '127.0.0.1', sockets: '', checksums: 'on', zone: 'UTC' },
      ]);
      await expect(ask(url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(
        'password authentication failed',
      );
      await ask(url, 'CREATE EXTENSION pg_trgm');
      expect(await ask(url, `SELECT similarity('Łódź', 'Łódż') > 0.4 AS similar, lower('ÉCOLE') AS lower`)).toEqual([
        { similar: true, lower: 'école' },
      ]);

      const stranger = createClient({
        url: services.REDIS_URL!.replace(/:[^:@]+@/, ':wrong@'),
        socket: { reconnectStrategy: false },
      });
      stranger.on('error', () => undefined);
      await expect(stranger.connect()).rejects.toThrow(/WRONGPASS|invalid password/i);
      const redis = await createClient({ url: services.REDIS_URL }).connect();
      expect(await redis.configGet(['appendonly', 'maxmemory-policy'])).toMatchObject({
        appendonly: 'yes',
        'maxmemory-policy': 'noeviction',
      });
      redis.destroy();
    } finally {
      await services.stop();
    }
    expect(processesIn(checkout.folder)).toEqual([]);
  });

  it('come up although the number in a stale postmaster.pid belongs to another program by now', async () => {
    const dataDir = join(checkout.folder, 'postgres');
    const guard = startGuard();
    try {
      const first = await startPostgres({ guard, dataDir });
      const pidFile = join(dataDir, 'cluster/postmaster.pid');
      const lines = readFileSync(pidFile, 'utf8').split('\n');
      process.kill(first.process.pid, 'SIGKILL');
      await first.process.exited;
      // Node itself is alive and no PostgreSQL. As root the account of PostgreSQL could not even signal it.
      writeFileSync(pidFile, [String(process.ppid), ...lines.slice(1)].join('\n'));
      const second = await startPostgres({ guard, dataDir });
      expect(second.fresh).toBe(false);
      await second.stop();
    } finally {
      await guard.close();
    }
  });

  it('are refused with the last words of PostgreSQL when it does not come up', async () => {
    const guard = startGuard();
    try {
      const start = startPostgres({
        guard,
        dataDir: join(checkout.folder, 'postgres'),
        settings: { max_connections: 'many' },
      });
      await expect(start).rejects.toThrow(
        /ended with exit code 1 while starting: .*invalid value for parameter "max_connections"/,
      );
    } finally {
      await guard.close();
    }
  });
});

describe('a free port', () => {
  it('is looked for again when somebody took it meanwhile', async () => {
    const ports: number[] = [];
    const port = await withFreePort(undefined, async (free) => {
      ports.push(free);
      if (ports.length === 1) throw new Error('could not bind: Address already in use');
      return free;
    });
    expect(port).toBe(ports[1]);
  });

  it('is not looked for when the port was given', async () => {
    const start = jest.fn().mockRejectedValue(new Error('could not bind: Address already in use'));
    await expect(withFreePort(4711, start)).rejects.toThrow('Address already in use');
    expect(start.mock.calls).toEqual([[4711]]);
  });
});

describe('the servers of the tests', () => {
  it('are fast rather than durable, and gone with their folder after stop', async () => {
    const services = await startTestServices();
    const [row] = await ask(
      services.databaseUrl('postgres'),
      `SELECT current_setting('fsync') AS fsync, current_setting('data_directory') AS folder`,
    );
    expect(row!['fsync']).toBe('off');
    const folder = String(row!['folder']).split('/postgres/')[0]!;
    await services.stop();
    expect(existsSync(folder)).toBe(false);
    expect(processesIn(folder)).toEqual([]);
  });

  it('are gone with their folder when the test process was killed', async () => {
    const checkout = makeCheckout();
    const script = `
      import { mkdtempSync } from 'node:fs';
      import { startServices } from './dist/apps/local/src/services.js';
      const dataDir = mkdtempSync('${tmpdir()}/holdfast-killed-');
      await startServices({ dataDir, removeDataDir: true, postgres: true, redis: true, durable: false });
      console.log(dataDir);
      process.kill(process.pid, 'SIGKILL');
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: checkout.folder,
      encoding: 'utf8',
    });
    const folder = child.stdout.trim();
    expect(folder).toContain('holdfast-killed-');
    await expectGone(folder);
    for (let tenths = 50; tenths > 0 && existsSync(folder); tenths--)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(existsSync(folder)).toBe(false);
    await checkout.remove();
    rmSync(folder, { recursive: true, force: true });
  });
});
