import pg from 'pg';
import { Counter } from 'prom-client';

/** There are none while everybody keeps to the one order of locks. */
export const deadlocks = new Counter({
  name: 'holdfast_database_deadlocks_total',
  help: 'Statements that PostgreSQL ended because their transactions waited for each other in a circle',
});

/**
 * A connection that may be lost at any moment: whoever waits for an answer on it gets the error, and that is all. The
 * driver also emits it, once or twice, at moments when neither the pool nor TypeORM listens; unheard it would end the
 * process.
 */
export class SturdyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    this.connection.on('errorMessage', ({ code }: { code: string }) => {
      if (code === '40P01') deadlocks.inc();
    });
  }
}
