import { Injectable } from '@nestjs/common';
import { Batcher } from '#kernel';
import { HotPool, busy } from '#platform';

const FIND_REPLAYS = {
  name: 'find-replays',
  text: `SELECT request_key AS key, id, request_fingerprint AS fingerprint FROM reservations WHERE request_key = ANY($1::text[])`,
};

interface FirstAnswer {
  id: string;
  fingerprint: string;
}

/** Requests that were answered before, found by their keys; many lookups share one statement. */
@Injectable()
export class Replays {
  private readonly lookups: Batcher<string, FirstAnswer | undefined>;

  constructor(private readonly pool: HotPool) {
    this.lookups = new Batcher((keys) => this.findAll(keys), {
      most: 500,
      lanes: 1,
      mostWaiting: 20_000,
      key: () => '',
      overflow: () => busy(),
    });
  }

  /** The reservation that the key gave the first time. */
  async find(key: string): Promise<FirstAnswer | undefined> {
    return await this.lookups.submit(key);
  }

  private async findAll(keys: string[]): Promise<(FirstAnswer | undefined)[]> {
    const rows = await this.pool.query<FirstAnswer & { key: string }>(FIND_REPLAYS, [keys]);
    const found = new Map(rows.map((row) => [row.key, row]));
    return keys.map((key) => found.get(key));
  }
}
