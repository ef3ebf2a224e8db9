import { readFileSync, readdirSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second (USER_HZ). */
const TICKS_PER_SECOND = 100;

interface Stat {
  own: number;
  reaped: number;
}

function stat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in brackets, may hold blanks.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const seconds = (index: number): number => (fields[index] ?? 0) / TICKS_PER_SECOND;
    return { own: seconds(11) + seconds(12), reaped: seconds(13) + seconds(14) };
  } catch {
    return undefined;
  }
}

/** CPU seconds that a process has used by now. */
export function cpuSeconds(pid: number): number {
  return stat(pid)?.own ?? 0;
}

/** The same with its children, those that have ended included. */
export function familyCpuSeconds(pid: number): number {
  const { own = 0, reaped = 0 } = stat(pid) ?? {};
  return own + reaped + children(pid).reduce((sum, child) => sum + cpuSeconds(child), 0);
}

function children(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Resident memory in MiB. */
export function memoryMib(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Looks at a process' memory again and again. @returns what ends it and gives the most that was seen */
export function watchMemory(pids: number[]): () => number {
  let most = 0;
  const look = (): void => {
    most = Math.max(most, ...pids.map(memoryMib));
  };
  look();
  const timer = setInterval(look, 100);
  return () => {
    clearInterval(timer);
    look();
    return most;
  };
}
