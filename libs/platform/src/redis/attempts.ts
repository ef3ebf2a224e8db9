import { Inject, Injectable } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { Clock } from '#kernel';
import { busy, rateLimited } from '../graphql/caller-errors.js';
import { LOG } from '../logging/logging.module.js';
import { RedisCommands } from './redis-commands.js';

/** So many failures in so much time, counted from the first of them. */
export interface Patience {
  most: number;
  minutes: number;
}

/** An attempt that may turn out to be one failure too many waits until those before it are decided. */
const WAIT_MS = 10;
const LONGEST_WAIT_MS = 2_000;
/** Redis answers within a millisecond; when it does not, nobody waits for it. */
const ANSWER_MS = 250;

/** KEYS: the count. ARGV: most, now, window in ms. @returns -1: go on; 0: wait; otherwise ms until it is forgiven */
const BEGIN = `
  local till = tonumber(redis.call('HGET', KEYS[1], 'till') or '0')
  if till > 0 and till <= tonumber(ARGV[2]) then redis.call('DEL', KEYS[1]) end
  local failed = tonumber(redis.call('HGET', KEYS[1], 'failed') or '0')
  if failed >= tonumber(ARGV[1]) then return till - tonumber(ARGV[2]) end
  local open = tonumber(redis.call('HGET', KEYS[1], 'open') or '0')
  if failed + open >= tonumber(ARGV[1]) then return 0 end
  redis.call('HINCRBY', KEYS[1], 'open', 1)
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return -1`;

/** KEYS: the count. ARGV: 1 for a failure, now, window in ms. */
const END = `
  if redis.call('EXISTS', KEYS[1]) == 0 then return end
  local open = redis.call('HINCRBY', KEYS[1], 'open', -1)
  if ARGV[1] == '1' then
    redis.call('HINCRBY', KEYS[1], 'failed', 1)
    redis.call('HSETNX', KEYS[1], 'till', tonumber(ARGV[2]) + tonumber(ARGV[3]))
  elseif open <= 0 and redis.call('HEXISTS', KEYS[1], 'failed') == 0 then
    redis.call('DEL', KEYS[1])
  end`;

/**
 * Limits what can be guessed: passwords, codes. An attempt counts before it is looked at, so that a thousand at once are
 * not a thousand guesses; one that was right is given back. Without Redis nothing is limited, and everything else goes on.
 */
@Injectable()
export class Attempts {
  constructor(
    private readonly commands: RedisCommands,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  /**
   * @param key whose attempts at what
   * @param isFailure which errors count; any other is no guess
   * @throws RATE_LIMITED after too many failures
   */
  async limited<T>(
    key: string,
    patience: Patience,
    work: () => Promise<T>,
    isFailure: (error: unknown) => boolean,
  ): Promise<T> {
    const isCounted = await this.begin(key, patience);
    try {
      const result = await work();
      if (isCounted) await this.end(key, patience, false);
      return result;
    } catch (error) {
      if (isCounted) await this.end(key, patience, isFailure(error));
      throw error;
    }
  }

  private async begin(key: string, { most, minutes }: Patience): Promise<boolean> {
    for (let waited = 0; waited <= LONGEST_WAIT_MS; waited += WAIT_MS) {
      const answer = await this.run(BEGIN, key, [most, this.clock.now().getTime(), minutes * 60_000]);
      if (answer === undefined) return false;
      if (answer < 0) return true;
      if (answer > 0) throw rateLimited(Math.ceil(answer / 1_000));
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
    throw busy();
  }

  private async end(key: string, { minutes }: Patience, isFailure: boolean): Promise<void> {
    await this.run(END, key, [isFailure ? 1 : 0, this.clock.now().getTime(), minutes * 60_000]);
  }

  /** @returns undefined when Redis does not answer */
  private async run(script: string, key: string, values: number[]): Promise<number | undefined> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`Redis did not answer within ${ANSWER_MS} ms`)), ANSWER_MS);
      });
      const keys = [`holdfast:attempts:${key}`];
      const answer = this.commands.client.eval(script, { keys, arguments: values.map(String) });
      return Number((await Promise.race([answer, late])) ?? 0);
    } catch (error) {
      this.log.warn({ err: error }, 'attempts are not counted while Redis is away');
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
