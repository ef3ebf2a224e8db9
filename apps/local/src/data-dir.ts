import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { readProcessRecord, writeProcessRecord } from './process-record.js';

/** A new cluster takes 40 MB, demo data and the first logs of PostgreSQL some more. */
const LEAST_FREE_MB = 200;

/**
 * Makes the folder if need be, and proves that it can be written.
 * @throws an Error of one line: no permission, read-only, disk full
 */
export function prepareDataDir(dataDir: string): void {
  const probe = join(dataDir, `.probe-${process.pid}`);
  try {
    makeFolder(dataDir);
    const file = openSync(probe, 'w');
    try {
      writeSync(file, Buffer.alloc(64 * 1024));
      fsyncSync(file);
    } finally {
      closeSync(file);
      rmSync(probe, { force: true });
    }
  } catch (error) {
    throw new Error(explainFileError(error, dataDir), { cause: error });
  }
  const { bavail, bsize } = statfsSync(dataDir);
  const freeMb = Math.floor((bavail * bsize) / 2 ** 20);
  if (freeMb < LEAST_FREE_MB) {
    throw new Error(
      `The disk of ${dataDir} is full: ${freeMb} MB are free, and ${LEAST_FREE_MB} MB are needed. Make room there`,
    );
  }
}

/** Not `recursive`: Node 20 then reports a read-only file system as ENOENT. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** One line for an error of the file system; the message itself for everything else. */
export function explainFileError(error: unknown, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `The disk of ${path} is full. Make room there`;
  if (code === 'EROFS') return `${path} cannot be written: the file system is read-only`;
  if (code === 'EACCES' || code === 'EPERM') {
    return `${path} cannot be used: no permission. Start as the user who owns it, or change its owner (chown)`;
  }
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return `${path} cannot be used: something on that path is a file, not a folder`;
  return message;
}

/** @returns the number of the process that has started on this folder and still runs */
export function runningStart(dataDir: string): number | undefined {
  return readProcessRecord(lockFile(dataDir))?.pid;
}

/**
 * One start at a time on one folder. The lock of a process that is gone does not count.
 * @returns what gives the lock back
 */
export function lockDataDir(dataDir: string): () => void {
  const lock = lockFile(dataDir);
  const mine = `${lock}.${process.pid}`;
  writeProcessRecord(mine, process.pid);
  try {
    while (!linked(mine, lock)) {
      const owner = runningStart(dataDir);
      if (owner !== undefined) throw new Error(alreadyRuns(dataDir, owner));
      removeStale(lock, `${mine}.stale`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(lock, { force: true });
}

export function alreadyRuns(dataDir: string, pid: number): string {
  return `Holdfast already runs on ${dataDir} (process ${pid}). Use that one, or end it first`;
}

/** link(2) either makes the name with its content or fails: no moment in which the lock exists and is empty. */
function linked(mine: string, lock: string): boolean {
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Two starts may find the same stale lock, and the slower one then moves away the fresh lock of the faster: put it back. */
function removeStale(lock: string, aside: string): void {
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  if (readProcessRecord(aside)) linked(aside, lock);
  rmSync(aside, { force: true });
}

function lockFile(dataDir: string): string {
  return join(dataDir, 'start.json');
}
