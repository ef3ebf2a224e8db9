import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import type { Booking } from './journal.js';

const MOST_TRIES = 300;

/**
 * Ends of holds, brought forward in the database: the least that an organization can set is a minute, too long for a
 * test. In the order of locks of the application, with a number for what changes.
 */
export class Ends {
  private readonly pool: Pool;

  constructor(databaseUrl: string) {
    this.pool = new Pool({ connectionString: databaseUrl, max: 4 });
    this.pool.on('error', () => undefined);
  }

  /** Says the same again and again until it is known to be done: the server may be killed meanwhile. */
  async at(booking: Booking, end: number): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.write(booking.id, new Date(end));
        Object.assign(booking, { expiresAt: end, endMovedAt: Date.now() });
        return;
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        await delay(100);
      }
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async write(id: string, end: Date): Promise<void> {
    const client = await this.pool.connect();
    client.on('error', ignore);
    let isDone = false;
    try {
      await client.query('BEGIN');
      await client.query(`UPDATE reservations SET expires_at = $2 WHERE id = $1 AND state = 'ACTIVE'`, [id, end]);
      await client.query(
        `UPDATE inventories SET sequence = sequence + 1 WHERE bookable_id = (SELECT bookable_id FROM reservations WHERE id = $1)`,
        [id],
      );
      await client.query(
        `UPDATE seat_cells c SET changed = i.sequence,
           held_until = (SELECT min(h.expires_at) FROM reservations h WHERE h.id = ANY(c.holders) AND h.state = 'ACTIVE')
         FROM reservations r JOIN inventories i ON i.bookable_id = r.bookable_id
         WHERE r.id = $1 AND r.state = 'ACTIVE' AND c.bookable_id = r.bookable_id AND r.id = ANY(c.holders)`,
        [id],
      );
      await client.query('COMMIT');
      isDone = true;
    } finally {
      client.off('error', ignore);
      // A connection on which something failed is not used again.
      client.release(!isDone);
    }
  }
}

function ignore(): void {
  // What waits for the connection fails by itself.
}
