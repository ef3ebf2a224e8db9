import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** The only file of the bench that knows the tables in which reservations are kept. */

/** Reservations, active and unexpired, or paid, and their seats by leg. */
const HOLDERS = `
  SELECT p.bookable_id, p.seat_id, leg, r.id
  FROM reservations r JOIN reservation_places p ON p.reservation_id = r.id
  CROSS JOIN LATERAL generate_series(r.from_position, r.to_position - 1) AS leg
  WHERE p.seat_id IS NOT NULL AND (r.state = 'CONVERTED' OR (r.state = 'ACTIVE' AND r.expires_at > now()))`;

/**
 * What makes a rate worth something: no seat has two holders on a leg, and every hold that was acknowledged is there.
 * @param acknowledged files with ids of reservations, one a line
 * @returns what is wrong, one line each
 */
export async function check(db: Client, acknowledged: string[]): Promise<string[]> {
  const wrong: string[] = [];
  const { rows } = await db.query<{ count: string }>(
    `SELECT count(*) FROM (SELECT FROM (${HOLDERS}) AS holders GROUP BY bookable_id, seat_id, leg HAVING count(*) > 1) AS twice`,
  );
  if (rows[0]!.count !== '0') wrong.push(`${rows[0]!.count} seat-legs have two holders`);
  await db.query(`CREATE TEMP TABLE IF NOT EXISTS acknowledged (id uuid NOT NULL); TRUNCATE acknowledged`);
  for (const file of acknowledged)
    await pipeline(createReadStream(file), db.query(copyFrom('COPY acknowledged FROM STDIN')));
  const lost = await db.query<{ count: string }>(
    `SELECT count(*) FROM acknowledged a WHERE NOT EXISTS (
       SELECT FROM reservations r JOIN reservation_places p ON p.reservation_id = r.id WHERE r.id = a.id AND r.state = 'ACTIVE')`,
  );
  if (lost.rows[0]!.count !== '0') wrong.push(`${lost.rows[0]!.count} acknowledged holds are not there`);
  return wrong;
}

/** Makes all holds of these trips end now. @returns how many */
export async function endHolds(db: Client, trips: string[]): Promise<number> {
  await db.query('BEGIN');
  const { rowCount } = await db.query(
    `UPDATE reservations SET expires_at = now() WHERE bookable_id = ANY($1::uuid[]) AND state = 'ACTIVE'`,
    [trips],
  );
  await db.query(
    `UPDATE seat_cells SET held_until = now() WHERE bookable_id = ANY($1::uuid[]) AND held_until IS NOT NULL`,
    [trips],
  );
  await db.query('COMMIT');
  return rowCount ?? 0;
}

/** How many reservations of these trips are recorded as expired. */
export async function expired(db: Client, trips: string[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM reservations WHERE bookable_id = ANY($1::uuid[]) AND state = 'EXPIRED'`,
    [trips],
  );
  return rows[0]!.count;
}

/** When the last change of a reservation was committed, in ms of the epoch. */
export async function commitTime(db: Client, reservationId: string): Promise<number> {
  const { rows } = await db.query<{ ms: number }>(
    `SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 * 1000 AS ms FROM reservations WHERE id = $1`,
    [reservationId],
  );
  return rows[0]!.ms;
}

/** As after the first reservation of each: the yardstick has its rows before it begins, too. */
export async function openInventories(db: Client, trips: string[]): Promise<void> {
  await db.query(`UPDATE bookables SET locked_at = now() WHERE id = ANY($1::uuid[])`, [trips]);
  await db.query(`INSERT INTO inventories (bookable_id) SELECT unnest($1::uuid[])`, [trips]);
  await db.query(
    `INSERT INTO seat_cells (bookable_id, ordinal, legs, holders)
     SELECT b.id, s.ordinal, repeat('.', b.leg_count), array_fill(NULL::uuid, ARRAY[b.leg_count])
     FROM bookables b JOIN seats s ON s.seat_map_id = b.seat_map_id WHERE b.id = ANY($1::uuid[]) ORDER BY b.id, s.ordinal`,
    [trips],
  );
}
