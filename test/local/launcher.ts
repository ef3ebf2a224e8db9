import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { transformFileSync } from '@swc/core';

const SOURCES = join(process.cwd(), 'apps/local/src');
/** Root without the right to write what it may not: a user of its own might be unable to reach Node or the checkout. */
const ORDINARY = ['/usr/bin/env', 'setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'];

/**
 * In place of the application: counts its starts in a table, so that a test sees whether the data was kept, and
 * refuses `BROKEN` as a wrong variable.
 */
const APPLICATION = `
import { createServer } from 'node:http';
import { Client } from 'pg';
export async function prepareDatabase(env, report) {
  report('Migrations');
  const client = new Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())');
  await client.query('INSERT INTO starts DEFAULT VALUES');
  const { rows } = await client.query('SELECT count(*)::int AS count FROM starts');
  await client.end();
  report('start number ' + rows[0].count);
  return { migrated: 1, seeded: true };
}
export async function startServer(env) {
  const server = createServer((request, response) => response.end(env.JWT_SECRET));
  await new Promise((resolve) => server.listen(Number(env.PORT), '127.0.0.1', resolve));
  return { url: 'http://127.0.0.1:' + server.address().port, close: () => new Promise((resolve) => server.close(resolve)) };
}
export const demoLogins = () => [{ role: 'Admin', email: 'admin@holdfast.test', password: 'for tests' }];
`;
const PLATFORM = `
export function parseConfig(env) {
  if (env.BROKEN) throw new Error('BROKEN is wrong: one\\nOTHER is missing: two');
}
`;

/** A checkout in a temporary folder with the real launcher and a stand-in for the application. */
export interface Checkout {
  folder: string;
  dataDir: string;
  /** Starts `start.js` or `reset.js`. */
  run(script: 'start' | 'reset', options?: RunOptions): Run;
  /** Ends what was run. @throws when something is left running after that */
  end(): Promise<void>;
  remove(): Promise<void>;
}

interface RunOptions {
  env?: Record<string, string>;
  /** Permissions count, even for root. */
  ordinary?: boolean;
}

export interface Run {
  process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Until it serves. @returns the address */
  ready(): Promise<string>;
  /** The code with which it left. */
  code: Promise<number | null>;
}

export function makeCheckout(): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-launcher-'));
  chmodSync(folder, 0o755);
  write(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', imports: { '#*': './dist/libs/*/src/index.js' } }),
  );
  write(join(folder, 'dist/apps/api/src/server.js'), APPLICATION);
  write(join(folder, 'dist/libs/platform/src/index.js'), PLATFORM);
  for (const name of readdirSync(SOURCES).filter((file) => !file.endsWith('.spec.ts'))) {
    const { code } = transformFileSync(join(SOURCES, name), { sourceMaps: false, module: { type: 'nodenext' } });
    write(join(folder, 'dist/apps/local/src', name.replace(/ts$/, 'js')), code);
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));

  const runs: Run[] = [];
  return {
    folder,
    dataDir: join(folder, '.data'),
    run(script, options = {}) {
      const run = start(folder, script, options);
      runs.push(run);
      return run;
    },
    async end() {
      for (const run of runs.splice(0)) {
        run.process.kill('SIGTERM');
        await run.code;
      }
      await expectGone(folder);
    },
    async remove() {
      await this.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function start(folder: string, script: string, { env, ordinary }: RunOptions): Run {
  const asRoot = process.getuid?.() === 0;
  const [command, ...args] = [...(ordinary && asRoot ? ORDINARY : []), process.execPath];
  const child = spawn(command, [...args, join(folder, 'dist/apps/local/src', `${script}.js`)], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.on('data', (data: Buffer) => (said[name] += data.toString()));
  const code = once(child, 'close').then(([exitCode]) => exitCode as number | null);
  return {
    process: child,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    code,
    async ready() {
      while (!said.stdout.includes('Ready in')) {
        if (child.exitCode !== null) throw new Error(`left with ${child.exitCode}: ${said.stderr}`);
        await delay(20);
      }
      return /Server on (\S+)/.exec(said.stdout)?.[1] ?? '';
    },
  };
}

/** The processes whose current folder lies in this one: PostgreSQL with its workers, and Redis. */
export function processesIn(folder: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`).startsWith(`${folder}/`);
    } catch {
      return false;
    }
  });
}

/** @throws when they have not ended after a while */
export async function expectGone(folder: string, seconds = 10): Promise<void> {
  for (let tenths = seconds * 10; tenths > 0; tenths--) {
    if (processesIn(folder).length === 0) return;
    await delay(100);
  }
  throw new Error(`still running: ${processesIn(folder).join(', ')}`);
}

function write(file: string, text: string): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}
