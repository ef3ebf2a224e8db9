import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { Batcher } from '#kernel';
import { busy } from '../graphql/caller-errors.js';
import type { Database } from './database.js';

/**
 * Rows by their key, as they are now. All who ask at the same moment share a statement, and get the same object for the
 * same key: nobody changes it.
 */
export class SharedRead<Row> {
  private readonly reads: Batcher<string, Row | undefined>;

  /** @param read of different keys; what is missing is not there */
  constructor(
    private readonly database: Database,
    private readonly read: (keys: string[]) => Promise<Map<string, Row>>,
  ) {
    this.reads = new Batcher((keys) => this.readAll(keys), {
      most: 500,
      lanes: 1,
      mostWaiting: 20_000,
      key: (key) => key,
      overflow: () => busy(),
    });
  }

  /** Whole rows by their ids. */
  static byId<Row extends ObjectLiteral & { id: string }>(
    database: Database,
    entity: EntityTarget<Row>,
  ): SharedRead<Row> {
    return new SharedRead(database, async (ids) => {
      const rows = await database
        .repository(entity)
        .createQueryBuilder('target')
        .where('target.id = ANY(:ids)', { ids })
        .getMany();
      return new Map(rows.map((row) => [row.id, row]));
    });
  }

  /** @throws BUSY when too many wait */
  async of(key: string): Promise<Row | undefined> {
    // What this transaction has changed is seen only from within.
    return this.database.inTransaction ? (await this.read([key])).get(key) : await this.reads.submit(key);
  }

  private async readAll(keys: string[]): Promise<(Row | undefined)[]> {
    const rows = await this.read([...new Set(keys)]);
    return keys.map((key) => rows.get(key));
  }
}
