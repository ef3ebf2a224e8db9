import { Injectable } from '@nestjs/common';
import { Database, HotPool, SharedRead } from '#platform';

const FIND_REPLAYS = {
  name: 'find-replays',
  text: `SELECT request_key AS key, id, request_fingerprint AS fingerprint FROM reservations WHERE request_key = ANY($1::text[])`,
};

interface FirstAnswer {
  id: string;
  fingerprint: string;
}

/** Requests that were answered before, found by their keys. */
@Injectable()
export class Replays {
  private readonly answers: SharedRead<FirstAnswer>;

  constructor(database: Database, pool: HotPool) {
    this.answers = new SharedRead<FirstAnswer>(database, async (keys) => {
      const rows = await pool.query<FirstAnswer & { key: string }>(FIND_REPLAYS, [keys]);
      return new Map(rows.map((row) => [row.key, row]));
    });
  }

  /** The reservation that the key gave the first time. */
  async find(key: string): Promise<FirstAnswer | undefined> {
    return await this.answers.of(key);
  }
}
