import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, readProcessRecord } from './process-record.js';

/** Both servers end in order on SIGINT; PostgreSQL at once and without a last checkpoint on SIGQUIT. */
export const STOP_STEPS: [signal: NodeJS.Signals, seconds: number][] = [
  ['SIGINT', 30],
  ['SIGQUIT', 5],
  ['SIGKILL', 5],
];

/**
 * Stops a program of an earlier launcher that still runs: its guard was killed too, or is just about to stop it.
 * Two servers on the same files would destroy them.
 */
export async function stopLeftOver(name: string, recordFile: string): Promise<void> {
  const leftOver = readProcessRecord(recordFile);
  if (!leftOver) return;
  for (const [signal, seconds] of STOP_STEPS) {
    try {
      process.kill(leftOver.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') return;
      throw new Error(`${name} of an earlier start still runs as another user: end process ${leftOver.pid}`, {
        cause: error,
      });
    }
    for (let tenths = seconds * 10; tenths > 0; tenths--) {
      if (!isAlive(leftOver)) return;
      await delay(100);
    }
  }
  throw new Error(`${name} of an earlier start cannot be stopped: end process ${leftOver.pid}`);
}
