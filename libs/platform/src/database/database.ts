import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { PoolClient } from 'pg';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, QueryRunner, Repository } from 'typeorm';
import { Scope } from '#kernel';
import { busy } from '../graphql/caller-errors.js';

interface OpenTransaction {
  runner: QueryRunner;
  afterCommit: (() => void)[];
}

/** PostgreSQL says: serialization failure, deadlock. Both mean "nothing happened, begin again". */
const RETRYABLE = new Set(['40001', '40P01']);
const MOST_TRIES = 5;

/**
 * Thrown in a transaction that needs something done before it, which waits for locks that nobody may wait for while he
 * has others: all of it is undone, `first` is done by itself, and the transaction begins again.
 */
export class Again extends Error {
  constructor(readonly first: () => Promise<unknown>) {
    super('a transaction begins again');
  }
}

/**
 * The one way to the database. The handle of an open transaction travels with the call (`Scope`), so no
 * statement can be run beside it by mistake; a nested `transaction` joins the open one, and only the outermost retries.
 */
@Injectable()
export class Database {
  private readonly open = new Scope<OpenTransaction>();

  constructor(@InjectDataSource() readonly dataSource: DataSource) {}

  get inTransaction(): boolean {
    return this.open.value !== undefined;
  }

  get manager(): EntityManager {
    return this.open.value?.runner.manager ?? this.dataSource.manager;
  }

  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return this.manager.getRepository(entity);
  }

  /** Runs one statement and returns its rows, also for UPDATE and DELETE with RETURNING. */
  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const transaction = this.open.value;
    if (transaction) return await rows<Row>(transaction.runner, sql, parameters);
    return await this.withRunner('master', (runner) => rows<Row>(runner, sql, parameters));
  }

  /**
   * Inserts rows of one form, in a statement whose text is the same for any number of them: PostgreSQL keeps its plan.
   * What the first row does not name gets its default.
   */
  async insert<T extends ObjectLiteral>(entity: EntityTarget<T>, rows: readonly Partial<T>[]): Promise<void> {
    const [first] = rows;
    if (!first) return;
    const { tableName, columns } = this.dataSource.getMetadata(entity);
    const named = columns.filter(({ propertyName }) => propertyName in first);
    const names = named.map(({ databaseName }) => databaseName).join(', ');
    const records = rows.map((row) =>
      Object.fromEntries(named.map(({ databaseName, propertyName }) => [databaseName, row[propertyName] as unknown])),
    );
    await this.query(
      `INSERT INTO ${tableName} (${names}) SELECT ${names} FROM jsonb_populate_recordset(NULL::${tableName}, $1::jsonb)`,
      [JSON.stringify(records)],
    );
  }

  /** A read that may be a little behind: it goes to the replica when there is one. */
  async read<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return await this.withRunner('slave', (runner) => rows<Row>(runner, sql, parameters));
  }

  /**
   * Runs `work` atomically: everything that it wrote is kept, or nothing. Anything thrown, also a refusal, rolls back.
   * `work` may run again from the start after a serialization failure, a deadlock or `Again`, so it must not touch the
   * outside.
   * @throws BUSY when even the last try ended with `Again`
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.open.value) return await work();
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (error instanceof Again) {
          if (tries >= MOST_TRIES) throw busy();
          await error.first();
        } else if (tries >= MOST_TRIES || !RETRYABLE.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  /**
   * A transaction in which everything is looked up by key. Without statistics, as in a rush on tables that were empty a
   * minute ago, PostgreSQL would plan to read whole tables, and keep the plan while they grow.
   * @see transaction
   */
  async transactionByKey<T>(work: () => Promise<T>): Promise<T> {
    return await this.transaction(async () => {
      await this.query(
        `SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off`,
      );
      return await work();
    });
  }

  /** Runs `work` in the open transaction. When it answers false it is undone, and its locks are given back. */
  async tentatively(work: () => Promise<boolean>): Promise<boolean> {
    const transaction = this.open.value;
    if (!transaction) throw new Error('Nothing is tried out outside a transaction');
    const notices = transaction.afterCommit.length;
    await this.query('SAVEPOINT tentatively');
    const isKept = await work();
    if (!isKept) {
      await this.query('ROLLBACK TO SAVEPOINT tentatively');
      transaction.afterCommit.length = notices;
    }
    // Always, so that one within another undoes its own part.
    await this.query('RELEASE SAVEPOINT tentatively');
    return isKept;
  }

  /** Reads at the same time; one after the other in a transaction, which has one connection. */
  async all<Answers extends unknown[]>(
    ...reads: { [Index in keyof Answers]: () => Promise<Answers[Index]> }
  ): Promise<Answers> {
    if (!this.inTransaction) return (await Promise.all(reads.map((read) => read()))) as Answers;
    const answers: unknown[] = [];
    for (const read of reads) answers.push(await read());
    return answers as Answers;
  }

  /**
   * The driver's own client of the open transaction, for COPY.
   * @throws Error when no transaction is open: what it writes would be kept whatever happens next
   */
  async rawClient(): Promise<PoolClient> {
    const transaction = this.open.value;
    if (!transaction) throw new Error('The raw client was asked for outside a transaction');
    return (await transaction.runner.connect()) as PoolClient;
  }

  /** Calls `notify` when the open transaction has committed; at once when none is open. It must not throw. */
  afterCommit(notify: () => void): void {
    const transaction = this.open.value;
    if (transaction) transaction.afterCommit.push(notify);
    else notify();
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    return await this.withRunner('master', async (runner) => {
      const transaction: OpenTransaction = { runner, afterCommit: [] };
      await runner.startTransaction();
      let result: T;
      try {
        result = await this.open.run(transaction, work);
        await runner.commitTransaction();
      } catch (error) {
        // The connection may be gone; what counts is the first error.
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
      transaction.afterCommit.forEach((notify) => notify());
      return result;
    });
  }

  private async withRunner<T>(mode: 'master' | 'slave', work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner(mode);
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
  }
}

async function rows<Row>(runner: QueryRunner, sql: string, parameters: unknown[]): Promise<Row[]> {
  const result = await runner.query(sql, parameters, true);
  return result.records as Row[];
}

/** The SQLSTATE of a database error, `undefined` for anything else. */
export function sqlState(error: unknown): string | undefined {
  const code =
    (error as { code?: unknown; driverError?: { code?: unknown } } | null)?.driverError?.code ??
    (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
