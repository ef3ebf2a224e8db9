import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from './installation.js';
import type { Journal } from './journal.js';
import type { Program } from './program.js';
import type { Kill } from './schedule.js';

const PATIENCE_MS = 30_000;

/** What a kill did to those who were asking. */
export interface Struck {
  kill: Kill;
  /** Until requests were answered again and every process said that it is ready, from when it was back. */
  recoveredMs: number;
  /** Requests that were answered while it was away. */
  answersWhileDown: number;
}

/** Kills one of the processes of an installation, starts it again, and sees how long that was felt. */
export class Strike {
  constructor(
    private readonly installation: Installation,
    private readonly journal: Journal,
  ) {}

  async run(kill: Kill): Promise<Struck> {
    const start = await this.kill(kill);
    const { answers } = this.journal;
    await delay(kill.downMs);
    const answersWhileDown = this.journal.answers - answers;
    await start();
    const back = Date.now();
    await this.recovery(back);
    return { kill, recoveredMs: Date.now() - back, answersWhileDown };
  }

  /** @returns what starts it again */
  private async kill({ victim, which }: Kill): Promise<() => Promise<void>> {
    const { installation } = this;
    switch (victim) {
      case 'api':
        return await restartable(oneOf(installation.apis, which));
      case 'worker':
        return await restartable(installation.worker);
      case 'postgres':
        await installation.killPostgres();
        return async () => await installation.startPostgres();
      case 'redis':
        await installation.killRedis();
        return async () => await installation.startRedis();
      case 'backend':
        await this.killBackend(which);
        // PostgreSQL ends all others as well, repairs itself and goes on.
        return () => Promise.resolve();
    }
  }

  private async killBackend(which: number): Promise<void> {
    const db = await this.installation.connect();
    const { rows } = await db.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'holdfast%'
       ORDER BY state = 'idle', pid`,
    );
    process.kill(oneOf(rows, which).pid, 'SIGKILL');
    // It was told to leave, too.
    await db.end().catch(() => undefined);
  }

  private async recovery(back: number): Promise<void> {
    const { apis, worker } = this.installation;
    const everybody = [...apis, worker];
    for (;;) {
      const ready = await Promise.all(everybody.map(isReady));
      if (ready.every(Boolean) && this.journal.answeredUpTo > back) return;
      if (this.installation.hopeless.aborted) return;
      if (Date.now() - back > PATIENCE_MS) {
        const names = everybody.filter((_, index) => !ready[index]).map(({ name }) => name);
        return this.journal.wrong(
          `after ${PATIENCE_MS} ms not ready again: ${names.join() || 'requests are not answered'}`,
        );
      }
      await delay(20);
    }
  }
}

function oneOf<T>(list: T[], which: number): T {
  return list[Math.floor((which / 100) * list.length)]!;
}

async function restartable(program: Program): Promise<() => Promise<void>> {
  await program.kill();
  return async () => await program.start();
}

async function isReady({ url }: Program): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}
