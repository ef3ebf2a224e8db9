import { randomBytes } from 'node:crypto';
import { chownSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardedProcess } from './guard.js';
import { lastWords } from './log-file.js';

export const SUPERUSER = 'holdfast';

/**
 * Made aside and renamed when complete: a start that was killed half-way leaves nothing that looks like a cluster.
 * Collation is PostgreSQL's own C.UTF-8, the same on every machine; pg_trgm and the text search parser still ask the
 * C library what a letter is, and under plain C they lose every letter with an accent.
 */
export async function makeCluster(
  dataDir: string,
  isDurable: boolean,
  initdb: (args: string[]) => Promise<GuardedProcess>,
): Promise<void> {
  const draft = join(dataDir, 'cluster.draft');
  rmSync(draft, { recursive: true, force: true });
  const args = [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${join(dataDir, 'password')}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    `--lc-ctype=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`,
    '--no-instructions',
    ...(isDurable ? [] : ['--no-sync']),
  ];
  const how = await (await initdb(args)).exited;
  if (how !== 'exit code 0')
    throw new Error(`PostgreSQL's initdb ended with ${how}: ${lastWords(join(dataDir, 'log'))}`);
  renameSync(draft, join(dataDir, 'cluster'));
}

/** Owned by whoever runs initdb, which reads it from the file. */
export function newPassword(dataDir: string): string {
  const password = randomBytes(24).toString('base64url');
  const file = join(dataDir, 'password');
  writeFileSync(file, password, { mode: 0o600 });
  const { uid, gid } = statSync(dataDir);
  chownSync(file, uid, gid);
  return password;
}

export function keptPassword(dataDir: string): string {
  try {
    return readFileSync(join(dataDir, 'password'), 'utf8');
  } catch (error) {
    throw new Error(
      `The password of the database cluster cannot be read (npm run reset makes a new one): ${(error as Error).message}`,
      { cause: error },
    );
  }
}
