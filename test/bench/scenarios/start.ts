import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../apps/local/src/ports.js';
import { answers } from '../ground/server.js';
import type { Contender, Group } from '../rounds.js';

const PATIENCE_MS = 120_000;
/** What a checkout needs for `npm start`. */
const CHECKOUT = ['apps', 'libs', 'migrations', 'ormconfig.ts', 'package.json', '.swcrc', 'tsconfig.json'];

/**
 * `npm start` on a fresh checkout, with everything that it does: build, database cluster, schema, demo data; and the
 * same again. Until a GraphQL request is answered. Packages are installed already.
 */
export const start: Group = {
  recipes: [
    { name: 'start.cold', product: ['cold', 'seconds'] },
    { name: 'start.warm', product: ['warm', 'seconds'] },
  ],
  rounds: ({ starts }) => starts,

  open: async () => {
    const checkouts: string[] = [];
    const cold: Contender = async () => {
      checkouts.push(checkOut());
      return { values: { seconds: await timeStart(checkouts.at(-1)!) } };
    };
    const warm: Contender = async () => {
      if (checkouts.length === 0) await cold(0);
      return { values: { seconds: await timeStart(checkouts.at(-1)!) } };
    };
    return await Promise.resolve({
      contenders: { cold, warm },
      close: () => {
        for (const folder of checkouts) rmSync(folder, { recursive: true, force: true });
        return Promise.resolve([]);
      },
    });
  },
};

function checkOut(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
  chmodSync(folder, 0o755);
  for (const name of CHECKOUT) cpSync(name, join(folder, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function timeStart(cwd: string): Promise<number> {
  const port = await freePort();
  const { PATH = '/usr/bin:/bin', HOME = cwd } = process.env;
  const began = performance.now();
  // In a group of its own: the signal reaches npm and what it runs.
  const child = spawn('npm', ['start'], {
    cwd,
    detached: true,
    stdio: 'pipe',
    env: { PATH, HOME, PORT: String(port) },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    while (!(await answers(`http://127.0.0.1:${port}`))) {
      if (child.exitCode !== null || performance.now() - began > PATIENCE_MS)
        throw new Error(`npm start said: ${output}`);
      await delay(20);
    }
    return (performance.now() - began) / 1000;
  } finally {
    await stop(child);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'close');
  process.kill(-child.pid!, 'SIGINT');
  await ended;
}
