import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../apps/local/src/ports.js';
import { lastWords } from '../../../apps/local/src/log-file.js';
import type { Ground } from './ground.js';

/** A process of the application, of the naive one, or of another server that is measured. */
export interface Server {
  url: string;
  pid: number;
  /** Seconds from the start of the process to its first answer. */
  startSeconds: number;
  stop(): Promise<void>;
}

/** As in `docker/Dockerfile`. */
const FLAGS = ['--max-semi-space-size=32'];

const PATIENCE_MS = 60_000;
let started = 0;

/** Starts a Node program that listens on PORT, and waits for its first answer. */
export async function startServer(
  ground: Ground,
  name: string,
  program: string,
  overrides: Record<string, string>,
  isUp: (url: string) => Promise<boolean> = answers,
): Promise<Server> {
  const port = await freePort();
  const env = ground.environment({ ...overrides, PORT: String(port) });
  const log = join(ground.folder, `${name}-${++started}.log`);
  const began = performance.now();
  const child = await ground.guard.start({
    name,
    // The guard hands down no environment of its own; `env` becomes the program, so the number stays the same.
    command: [
      '/usr/bin/env',
      ...Object.entries(env).map(([key, value]) => `${key}=${value}`),
      process.execPath,
      ...FLAGS,
      program,
    ],
    cwd: process.cwd(),
    logFile: log,
    recordFile: `${log}.json`,
  });
  let ended: string | undefined;
  void child.exited.then((how) => (ended = how));
  const url = `http://127.0.0.1:${port}`;
  while (!(await isUp(url))) {
    if (ended) throw new Error(`${name} ended with ${ended}: ${lastWords(log)}`);
    if (performance.now() - began > PATIENCE_MS) throw new Error(`${name} does not answer: ${lastWords(log)}`);
    await delay(20);
  }
  child.unref();
  return { url, pid: child.pid, startSeconds: (performance.now() - began) / 1000, stop: () => child.stop() };
}

/** One process that serves and works off no jobs, as an installation of several has them. */
export async function startApi(ground: Ground): Promise<Server> {
  return await startServer(ground, 'api', 'dist/apps/api/src/main.js', { ROLE: 'api' });
}

export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: '{"query":"{ __typename }"}',
    });
    return (await response.text()).includes('"Query"');
  } catch {
    return false;
  }
}
