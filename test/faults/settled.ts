import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { MapWatcher } from './map-watcher.js';

/** A job that a killed worker had in its hands is taken up by another after a while. */
const PATIENCE_MS = 90_000;

/**
 * Waits until everything that happens by itself has happened: money that was paid has bought its seats, what has ended
 * is recorded as ended, live maps have heard of the last change.
 * @returns what did not happen
 */
export async function settled(
  db: Client,
  trips: string[],
  watchers: MapWatcher[],
  patienceMs = PATIENCE_MS,
): Promise<string[]> {
  const pending = async (): Promise<string[]> => {
    const { rows } = await db.query<{ what: string }>(
      `SELECT 'order ' || o.id || ' is paid for and ' || o.state AS what
       FROM orders o JOIN payments p ON p.reference = o.id JOIN sandbox_charges c ON c.id = p.provider_reference
       WHERE c.state = 'SUCCEEDED' AND o.state = 'PENDING' AND o.bookable_id = ANY($1::uuid[])
       UNION ALL SELECT 'reservation ' || id || ' has ended and is ACTIVE' FROM reservations
       WHERE bookable_id = ANY($1::uuid[]) AND state = 'ACTIVE' AND expires_at <= now()`,
      [trips],
    );
    return rows.map(({ what }) => what);
  };
  return [...(await until(pending, patienceMs)), ...(await until(() => differentMaps(db, watchers), patienceMs))];
}

async function until(pending: () => Promise<string[]>, patienceMs: number): Promise<string[]> {
  const began = performance.now();
  for (;;) {
    const left = await pending();
    if (left.length === 0) return [];
    const ms = Math.round(performance.now() - began);
    if (ms > patienceMs) return left.map((what) => `after ${ms} ms still: ${what}`);
    await delay(50);
  }
}

/** Live maps that do not show what the database says. */
async function differentMaps(db: Client, watchers: MapWatcher[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const watcher of watchers) {
    const { rows } = await db.query<{ sequence: string; legs: string[] }>(
      `SELECT i.sequence, array_agg(c.legs ORDER BY c.ordinal) AS legs FROM inventories i JOIN seat_cells c USING (bookable_id)
       WHERE i.bookable_id = $1 GROUP BY i.bookable_id`,
      [watcher.trip],
    );
    const [row] = rows;
    const seats = row?.legs.map((legs) => (legs.includes('s') ? 's' : legs.includes('h') ? 'h' : '.')).join('');
    const sequence = Number(row?.sequence ?? 0);
    // A change without seats, such as an end that was moved, need not be told.
    if (seats !== undefined && watcher.seats !== seats)
      wrong.push(
        `the live map of ${watcher.trip} is at ${watcher.sequence} of ${sequence}: ${watcher.seats}, not ${seats}`,
      );
  }
  return wrong;
}
