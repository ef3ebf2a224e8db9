import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Which process owns something, kept in a file so that a later start can tell whether that very process still lives.
 * A bare pid is not enough: after a crash or in a new container the number soon belongs to somebody else.
 */
export interface ProcessRecord {
  pid: number;
  /** When the process was started, in a form of the operating system's own. */
  startedAt: string;
}

/** @returns undefined when there is no such process (a zombie counts as none) */
export function processRecord(pid: number): ProcessRecord | undefined {
  const startedAt = process.platform === 'linux' ? startedAtByProc(pid) : startedAtByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isAlive(record: ProcessRecord): boolean {
  return processRecord(record.pid)?.startedAt === record.startedAt;
}

/** Replaces the file in one step: a reader sees the old record or the new one. */
export function writeProcessRecord(file: string, pid: number): void {
  const record = processRecord(pid);
  if (!record) return;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, file);
}

/** @returns the record of a process that still lives, else undefined */
export function readProcessRecord(file: string): ProcessRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord;
    return isAlive(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** proc(5): after the name in parentheses field 3 is the state and field 22 the start in clock ticks since boot. */
function startedAtByProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startedAtByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
    const [state = 'Z', ...startedAt] = line.trim().split(/\s+/);
    return state.startsWith('Z') ? undefined : startedAt.join(' ');
  } catch {
    return undefined;
  }
}
