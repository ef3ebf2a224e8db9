import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runningStart } from './data-dir.js';
import type { Environment } from './environment.js';

/** How other commands reach what `npm start` runs on a folder. */
export interface Running {
  url: string;
  env: Environment;
}

/** Only for this user's eyes: it holds the passwords of the servers. @returns what removes it */
export function recordRunning(dataDir: string, running: Running): () => void {
  const file = join(dataDir, 'running.json');
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(running), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** @returns undefined when no `npm start` is serving on the folder */
export function findRunning(dataDir: string): Running | undefined {
  if (runningStart(dataDir) === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as Running;
  } catch {
    return undefined;
  }
}
