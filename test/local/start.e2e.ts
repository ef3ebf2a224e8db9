import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findSystemCommand } from '../../apps/local/src/commands.js';
import { type Checkout, expectGone, makeCheckout, processesIn, type Run } from './launcher.js';

// Each makes real servers, and other tests keep the machine busy.
jest.setTimeout(60_000);

describe('npm start, again and again over the same data', () => {
  let checkout: Checkout;
  beforeAll(() => (checkout = makeCheckout()));
  afterEach(() => checkout.end());
  afterAll(() => checkout.remove());

  it('serves, says where, stops everything on SIGINT, and keeps data and secrets for the next start', async () => {
    const first = checkout.run('start');
    const secret = await (await fetch(await first.ready())).text();
    expect(first.stdout()).toMatch(/✓ PostgreSQL 18\.\d+ on 127\.0\.0\.1:\d+ \(\.data\/postgres\) +\d+\.\d s/);
    expect(startNumber(first)).toBe(1);
    expect(first.stdout()).toMatch(/Admin +admin@holdfast\.test +for tests/);
    expect(processesIn(checkout.folder).length).toBeGreaterThan(1);
    first.process.kill('SIGINT');
    expect(await first.code).toBe(0);
    expect(first.stderr()).toBe('');
    expect(processesIn(checkout.folder)).toEqual([]);

    const second = checkout.run('start');
    expect(await (await fetch(await second.ready())).text()).toBe(secret);
    expect(startNumber(second)).toBe(2);
    expect(statSync(join(checkout.dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing running after kill -9, and starts over the same data at once', async () => {
    const first = checkout.run('start');
    await first.ready();
    first.process.kill('SIGKILL');
    await first.code;
    const second = checkout.run('start');
    await second.ready();
    expect(startNumber(second)).toBe(startNumber(first) + 1);
    second.process.kill('SIGKILL');
    await second.code;
    await expectGone(checkout.folder);
  });

  it('stops the servers of a start whose guard was killed as well', async () => {
    const first = checkout.run('start');
    await first.ready();
    const old = recordedPids(checkout);
    process.kill(guardOf(first.process.pid!), 'SIGKILL');
    first.process.kill('SIGKILL');
    await first.code;
    expect(processesIn(checkout.folder)).toEqual(expect.arrayContaining(old));
    const second = checkout.run('start');
    await second.ready();
    expect(processesIn(checkout.folder)).not.toEqual(expect.arrayContaining([old[0]]));
    expect(processesIn(checkout.folder)).not.toEqual(expect.arrayContaining([old[1]]));
  });

  it.each(['postgres', 'redis'])('says so and leaves when %s dies', async (name) => {
    const run = checkout.run('start');
    await run.ready();
    const { pid } = JSON.parse(readFileSync(join(checkout.dataDir, name, 'running.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    expect(await run.code).toBe(1);
    expect(run.stderr()).toMatch(
      /^npm start: (PostgreSQL|Redis) ended with signal SIGKILL while in use: stopping.*\n$/,
    );
    await expectGone(checkout.folder);
  });

  it('refuses a second start on the same data, and a reset under a running one', async () => {
    const first = checkout.run('start');
    await first.ready();
    for (const script of ['start', 'reset'] as const) {
      const second = checkout.run(script);
      expect(await second.code).toBe(1);
      expect(second.stderr()).toContain(`Holdfast already runs on ${checkout.dataDir} (process ${first.process.pid})`);
    }
  });

  it('is emptied by reset, which names what it leaves alone', async () => {
    const reset = checkout.run('reset', { env: { DATABASE_URL: 'postgres://elsewhere/holdfast' } });
    expect(await reset.code).toBe(0);
    expect(reset.stdout()).toContain(`removed ${join(checkout.dataDir, 'postgres')}`);
    expect(reset.stdout()).toContain('DATABASE_URL is set: what lies there was not touched');
    expect(existsSync(join(checkout.dataDir, 'secrets.json'))).toBe(false);
    const first = checkout.run('start');
    await first.ready();
    expect(startNumber(first)).toBe(1);
  });
});

describe('npm start in a fresh checkout', () => {
  let checkout: Checkout;
  beforeEach(() => (checkout = makeCheckout()));
  afterEach(() => checkout.remove());

  it('can be interrupted while it makes the database, and starts properly afterwards', async () => {
    const first = checkout.run('start');
    while (!existsSync(join(checkout.dataDir, 'postgres/cluster.draft')))
      await new Promise((resolve) => setTimeout(resolve, 10));
    first.process.kill('SIGTERM');
    expect(await first.code).toBe(0);
    expect(first.stderr()).toBe('');
    expect(processesIn(checkout.folder)).toEqual([]);
    await checkout.run('start').ready();
  });

  it('refuses a port that is taken before it touches anything', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const run = checkout.run('start', { env: { PORT: String(port) } });
    expect(await run.code).toBe(1);
    expect(run.stderr()).toBe(
      `npm start: Port ${port} is taken by another program. End it, or choose another port: PORT=${port + 1} npm start\n`,
    );
    expect(existsSync(checkout.dataDir)).toBe(false);
    other.close();
  });

  it('refuses wrong variables, one line each, before it starts a server', async () => {
    const run = checkout.run('start', { env: { BROKEN: '1' } });
    expect(await run.code).toBe(1);
    expect(run.stderr()).toBe('npm start: BROKEN is wrong: one\nOTHER is missing: two\n');
    expect(existsSync(join(checkout.dataDir, 'postgres'))).toBe(false);
  });

  it('refuses servers of others that do not answer, by the names of their variables', async () => {
    const env = {
      DATABASE_URL: 'postgres://user:hidden@127.0.0.1:1/holdfast',
      REDIS_URL: 'redis://:hidden@127.0.0.1:1',
    };
    const run = checkout.run('start', { env });
    expect(await run.code).toBe(1);
    expect(run.stderr()).toBe(
      'npm start: DATABASE_URL: the server does not answer as it should: connect ECONNREFUSED 127.0.0.1:1\n' +
        'REDIS_URL: the server does not answer as it should: connect ECONNREFUSED 127.0.0.1:1\n',
    );
  });

  it('refuses a folder that it may not write', async () => {
    chmodSync(checkout.folder, 0o555);
    const run = checkout.run('start', { ordinary: true });
    expect(await run.code).toBe(1);
    expect(run.stderr()).toMatch(/^npm start: \S+\.data cannot be used: no permission\. .*\n$/);
    chmodSync(checkout.folder, 0o755);
  });

  it('refuses a .data that is a file', async () => {
    writeFileSync(checkout.dataDir, '');
    const run = checkout.run('start');
    expect(await run.code).toBe(1);
    expect(run.stderr()).toMatch(
      /^npm start: \S+\.data cannot be used: something on that path is a file, not a folder\n$/,
    );
  });

  it('says what to install without Redis and without apt-get, and stops the PostgreSQL that it had started', async () => {
    const tools = join(checkout.folder, 'tools');
    mkdirSync(tools);
    for (const name of ['id', 'setpriv', 'sh']) {
      const found = findSystemCommand(name);
      if (found) symlinkSync(found, join(tools, name));
    }
    const run = checkout.run('start', { env: { PATH: tools } });
    expect(await run.code).toBe(1);
    expect(run.stderr()).toBe(
      'npm start: Redis is missing: install redis-server or valkey-server (Debian: apt-get install redis-server), or set REDIS_URL\n',
    );
    expect(processesIn(checkout.folder)).toEqual([]);
  });

  it('adds nothing to a production environment', async () => {
    const run = checkout.run('start', { env: { NODE_ENV: 'production' } });
    expect(await (await fetch(await run.ready())).text()).toBe('');
    expect(run.stdout()).not.toContain('admin@holdfast.test');
    expect(existsSync(checkout.dataDir)).toBe(false);
  });
});

function recordedPids(checkout: Checkout): string[] {
  return ['postgres', 'redis'].map((name) => {
    const record = readFileSync(join(checkout.dataDir, name, 'running.json'), 'utf8');
    return String((JSON.parse(record) as { pid: number }).pid);
  });
}

/** The only child that is a shell. */
function guardOf(launcher: number): number {
  const children = readFileSync(`/proc/${launcher}/task/${launcher}/children`, 'utf8').trim().split(' ');
  const guard = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('/bin/sh\0'));
  return Number(guard);
}

/** How often this data was started on, counted in the database. */
function startNumber(run: Run): number {
  return Number(/✓ start number (\d+)/.exec(run.stdout())?.[1]);
}
