import type pg from 'pg';
import { SturdyClient } from './sturdy-client.js';

/** A statement that comes back this often on a connection is worth keeping. */
const OFTEN = 3;
/** So that statements with lists of any length do not fill the server's memory. */
const MOST_PREPARED = 300;
const MOST_KNOWN = 2000;

/**
 * A connection that prepares a statement when it comes back: PostgreSQL then plans it no more, which costs more than
 * most of ours take to run. Nobody has to name anything, TypeORM neither.
 */
export class PreparingClient extends SturdyClient {
  private readonly seen = new Map<string, number | string>();
  private prepared = 0;

  override query(...asked: unknown[]): never {
    const [text, values] = asked;
    if (typeof text === 'string' && Array.isArray(values) && values.length > 0) {
      const name = this.nameOf(text);
      if (name !== undefined) asked.splice(0, 2, { text, values, name } satisfies pg.QueryConfig);
    }
    return (super.query as (...args: unknown[]) => never)(...asked);
  }

  private nameOf(text: string): string | undefined {
    const known = this.seen.get(text) ?? 0;
    if (typeof known === 'string') return known;
    if (known + 1 < OFTEN || this.prepared >= MOST_PREPARED) {
      if (this.seen.size < MOST_KNOWN) this.seen.set(text, known + 1);
      return undefined;
    }
    this.prepared += 1;
    const name = `p${this.prepared}`;
    this.seen.set(text, name);
    return name;
  }
}
