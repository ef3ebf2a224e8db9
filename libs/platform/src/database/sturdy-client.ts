import pg from 'pg';

/**
 * A connection that may be lost at any moment: whoever waits for an answer on it gets the error, and that is all. The
 * driver also emits it, once or twice, at moments when neither the pool nor TypeORM listens; unheard it would end the
 * process.
 */
export class SturdyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
