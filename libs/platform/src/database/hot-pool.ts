import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import { SturdyClient } from './sturdy-client.js';

/** A hot statement: prepared once on each connection under its name. */
export interface Statement {
  name: string;
  text: string;
}

/** With its values. */
export type BoundStatement = Statement & { values: unknown[] };

/** Batches keep few connections busy; more of them only wait for each other. */
const CONNECTIONS = 4;

/**
 * Connections of their own for the few statements that decide the throughput: prepared under a name, without TypeORM,
 * about a third of its cost for each. Everything else goes through `Database`.
 */
@Injectable()
export class HotPool implements OnApplicationShutdown {
  private readonly pool: pg.Pool;

  constructor(config: Config) {
    this.pool = new pg.Pool({
      Client: SturdyClient,
      connectionString: config.DATABASE_URL,
      max: CONNECTIONS,
      pipeline: true,
      application_name: 'holdfast-hot',
      options: '-c lock_timeout=2000 -c jit=off -c idle_in_transaction_session_timeout=60000 -c timezone=UTC',
    });
    // A connection that is lost while idle; the next statement opens a new one.
    this.pool.on('error', () => undefined);
  }

  async query<Row extends pg.QueryResultRow>(statement: Statement, values: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>({ ...statement, values })).rows;
  }

  /**
   * One transaction in two round trips: BEGIN goes out with the first statement, COMMIT with the last ones. Kept as a
   * whole, or not at all when anything is thrown or a statement fails.
   * @param read the first statement, sent before it waits for anything
   * @param decide what else is to be written; the rows of each are answered
   */
  async transaction<Facts, Decision extends { writes: BoundStatement[] }>(
    read: (client: pg.PoolClient) => Promise<Facts>,
    decide: (facts: Facts) => Decision,
  ): Promise<Decision & { written: pg.QueryResultRow[][] }> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      const decision = decide(await this.begin(client, read));
      return { ...decision, written: await this.finish(client, decision.writes) };
    } catch (error) {
      // Also when it has been committed or undone: then it does nothing.
      await client.query('ROLLBACK').catch((lost: Error) => {
        broken = lost;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private async begin<Facts>(client: pg.PoolClient, read: (client: pg.PoolClient) => Promise<Facts>): Promise<Facts> {
    const [, facts] = await Promise.all([client.query('BEGIN'), read(client)]);
    return facts;
  }

  /** After a statement that failed, PostgreSQL takes COMMIT for ROLLBACK. */
  private async finish(client: pg.PoolClient, writes: BoundStatement[]): Promise<pg.QueryResultRow[][]> {
    const outcomes = await Promise.all([...writes, 'COMMIT'].map((statement) => client.query(statement)));
    return outcomes.slice(0, -1).map(({ rows }) => rows as pg.QueryResultRow[]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
