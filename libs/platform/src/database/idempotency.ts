import { Injectable } from '@nestjs/common';
import { Clock, hashToken } from '#kernel';
import { badInput } from '../graphql/caller-errors.js';
import { Database } from './database.js';

interface Keyed {
  scope: string;
  key: string;
  fingerprint: string;
}

/**
 * Repeats of a request give the first answer. The key, a fingerprint of the request and the answer are one row that is
 * written in the transaction of the effect: either all is there or nothing. Refusals roll back and are not remembered.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @param scope who may use the key, for example `reserve:<user id>`: keys of different callers never meet
   * @param request everything that makes the request what it is; another body under the same key is BAD_USER_INPUT
   * @param work gives the answer, kept as JSON
   */
  async once<T>(scope: string, key: string | undefined, request: unknown, work: () => Promise<T>): Promise<T> {
    if (key === undefined) return await this.database.transactionByKey(work);
    const fingerprint = hashToken(JSON.stringify(request));
    return await this.database.transactionByKey(async () => {
      const isFirst = await this.insert([{ scope, key, fingerprint }]);
      if (!isFirst(scope, key)) return await this.firstAnswer<T>(scope, key, fingerprint);
      const answer = await work();
      await this.database.query(`UPDATE idempotency_keys SET answer = $3 WHERE scope = $1 AND key = $2`, [
        scope,
        key,
        JSON.stringify(answer),
      ]);
      return answer;
    });
  }

  /**
   * For requests whose answer can be read again, several at once, in the open transaction.
   * @returns of each whether it is the first of its key, or has none
   * @throws BAD_USER_INPUT when a key was used for another request
   */
  async claim(requests: { scope: string; key: string | undefined; request: unknown }[]): Promise<boolean[]> {
    const keyed = requests.flatMap(({ scope, key, request }) =>
      key === undefined ? [] : [{ scope, key, fingerprint: hashToken(JSON.stringify(request)) }],
    );
    if (keyed.length === 0) return requests.map(() => true);
    const isFirst = await this.insert(keyed);
    for (const { scope, key, fingerprint } of keyed)
      if (!isFirst(scope, key)) await this.firstAnswer(scope, key, fingerprint);
    return requests.map(({ scope, key }) => key === undefined || isFirst(scope, key));
  }

  /**
   * A rival with the same key waits here until the first commits or rolls back (unique index), then finds its row.
   * @returns says of a key whether it was not there yet
   */
  private async insert(keyed: Keyed[]): Promise<(scope: string, key: string) => boolean> {
    const claimed = await this.database.query<{ scope: string; key: string }>(
      `INSERT INTO idempotency_keys (scope, key, fingerprint, created_at)
       SELECT scope, key, fingerprint, $4 FROM unnest($1::text[], $2::text[], $3::text[]) AS k (scope, key, fingerprint) ORDER BY scope, key
       ON CONFLICT (scope, key) DO NOTHING RETURNING scope, key`,
      [
        keyed.map(({ scope }) => scope),
        keyed.map(({ key }) => key),
        keyed.map(({ fingerprint }) => fingerprint),
        this.clock.now(),
      ],
    );
    return (scope, key) => claimed.some((one) => one.scope === scope && one.key === key);
  }

  private async firstAnswer<T>(scope: string, key: string, fingerprint: string): Promise<T> {
    const [first] = await this.database.query<{ fingerprint: string; answer: T }>(
      `SELECT fingerprint, answer FROM idempotency_keys WHERE scope = $1 AND key = $2`,
      [scope, key],
    );
    if (!first || first.fingerprint !== fingerprint) throw keyReused();
    return first.answer;
  }
}

/** The same key with another request. */
export function keyReused(): Error {
  return badInput('The idempotency key was used for another request. Use a new key.', 'idempotencyKey');
}
