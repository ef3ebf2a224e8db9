import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { alreadyRuns, explainFileError, runningStart } from './data-dir.js';
import { readEnvironment } from './environment.js';
import { stopLeftOver } from './left-over.js';

/** `npm run reset`: empties `.data`. Servers that are not ours keep their data. */
async function reset(dataDir: string): Promise<void> {
  const running = runningStart(dataDir);
  if (running !== undefined) throw new Error(alreadyRuns(dataDir, running));
  for (const name of ['postgres', 'redis']) await stopLeftOver(name, join(dataDir, name, 'running.json'));

  const names = entries(dataDir);
  for (const name of names) {
    const path = join(dataDir, name);
    const bytes = size(path);
    rmSync(path, { recursive: true, force: true });
    process.stdout.write(`  removed ${path} (${(bytes / 2 ** 20).toFixed(1)} MB)\n`);
  }
  if (names.length === 0) process.stdout.write(`  ${dataDir} is empty already\n`);

  const { env } = readEnvironment(process.env);
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'S3_BUCKET', 'OPENSEARCH_URL']) {
    if (env[name]) process.stdout.write(`  ${name} is set: what lies there was not touched\n`);
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function size(path: string): number {
  const status = lstatSync(path);
  if (!status.isDirectory()) return status.size;
  return readdirSync(path).reduce((sum, name) => sum + size(join(path, name)), 0);
}

const dataDir = join(process.cwd(), '.data');
try {
  await reset(dataDir);
} catch (error) {
  process.stderr.write(`npm run reset: ${explainFileError(error, dataDir)}\n`);
  process.exitCode = 1;
}
