import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import { SturdyClient } from './sturdy-client.js';

/** A hot statement: prepared once on each connection under its name. */
export interface Statement {
  name: string;
  text: string;
}

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
      application_name: 'holdfast-hot',
      options: '-c lock_timeout=2000 -c jit=off -c idle_in_transaction_session_timeout=60000 -c timezone=UTC',
    });
    // A connection that is lost while idle; the next statement opens a new one.
    this.pool.on('error', () => undefined);
  }

  async query<Row extends pg.QueryResultRow>(statement: Statement, values: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>({ ...statement, values })).rows;
  }

  /** Runs `work` in one transaction: kept as a whole, or not at all when anything is thrown. */
  async transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((lost: Error) => {
        broken = lost;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
