import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource } from 'typeorm';

/** The process ended here. */
export class Killed extends Error {}

interface Process {
  /** Statements that it still lives for. */
  left: number;
  isDead: boolean;
}

/**
 * Ends what is being done at a statement, as the end of its process would: that statement and all that follow are never
 * sent, and an open transaction is undone.
 */
export class Kills {
  private readonly alive = new AsyncLocalStorage<Process>();

  constructor(dataSource: DataSource) {
    const create = dataSource.createQueryRunner.bind(dataSource);
    dataSource.createQueryRunner = (mode) => {
      const runner = create(mode);
      const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
      runner.query = (async (...args: [sql: string]) => {
        this.count(args[0]);
        return await query(...args);
      }) as typeof runner.query;
      return runner;
    };
  }

  /** @param statements of this many the last one is not sent any more; `undefined`: it lives */
  async run<T>(statements: number | undefined, work: () => Promise<T>): Promise<T> {
    const process = { left: statements ?? Infinity, isDead: false };
    const value = await this.alive.run(process, work);
    // Nobody gets the answer of a dead process.
    if (process.isDead) throw new Killed();
    return value;
  }

  private count(sql: string): void {
    const process = this.alive.getStore();
    if (!process) return;
    process.left -= 1;
    if (process.left <= 0) process.isDead = true;
    if (process.isDead && !sql.startsWith('ROLLBACK')) throw new Killed();
  }
}
