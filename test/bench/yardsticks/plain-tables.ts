import type { Client } from 'pg';

/** Seats of one trip in the plain tables: as many as the seat map that is read has. */
export const PLAIN_SEATS = 50;
/** A prime: going through the seats in steps of it meets each once, none near the one before. */
const STEP = 7919;

/**
 * The least that a database must do for a hold, in tables of its own: one row for each seat, one for each hold. No
 * legs, no price, no person, no idempotency.
 */
export async function makePlainTables(client: Client, seats: number): Promise<void> {
  await client.query(`
    DROP TABLE IF EXISTS plain_seats, plain_holds;
    CREATE TABLE plain_seats (
      id integer PRIMARY KEY,
      trip_id integer NOT NULL,
      hold_id uuid,
      held_until timestamptz
    ) WITH (fillfactor = 80);
    CREATE TABLE plain_holds (
      id uuid PRIMARY KEY,
      seat_id integer NOT NULL,
      expires_at timestamptz NOT NULL
    )`);
  await client.query(
    `INSERT INTO plain_seats (id, trip_id) SELECT id, id / ${PLAIN_SEATS} FROM generate_series(0, $1::integer - 1) AS id`,
    [seats],
  );
  await client.query(`CREATE INDEX plain_seats_trip ON plain_seats (trip_id)`);
  await client.query(`VACUUM ANALYZE plain_seats`);
}

/** F1: one hold of a free seat as one statement. Variables: `seats`, `clients`. */
export const HOLD_ONE = `
\\set i :i + 1
\\set seat (((:i * :clients + :client_id) * ${STEP}) % :seats)
WITH taken AS (
  UPDATE plain_seats SET hold_id = gen_random_uuid(), held_until = now() + interval '15 minutes'
  WHERE id = :seat AND (held_until IS NULL OR held_until <= now()) RETURNING id, hold_id, held_until)
INSERT INTO plain_holds (id, seat_id, expires_at) SELECT hold_id, id, held_until FROM taken;
`;

/** F64: 64 holds of free seats in one statement. */
export const HOLD_64 = `
\\set i :i + 1
\\set first ((:i * :clients + :client_id) * 64)
WITH taken AS (
  UPDATE plain_seats SET hold_id = gen_random_uuid(), held_until = now() + interval '15 minutes'
  FROM unnest(ARRAY(SELECT ((:first + n)::bigint * ${STEP} % :seats)::integer FROM generate_series(0, 63) AS n)) AS wanted (id)
  WHERE plain_seats.id = wanted.id AND (held_until IS NULL OR held_until <= now()) RETURNING plain_seats.id, hold_id, held_until)
INSERT INTO plain_holds (id, seat_id, expires_at) SELECT hold_id, id, held_until FROM taken;
`;

/** The seats of one trip as rows. Variable: `trips`. */
export const READ_50 = `
\\set trip random(0, :trips - 1)
SELECT id, hold_id IS NOT NULL AND held_until > now() AS is_held FROM plain_seats WHERE trip_id = :trip ORDER BY id;
`;

/** A load that found seats taken would have been cheaper than it should. */
export async function plainHolds(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM plain_holds`);
  return Number(rows[0]!.count);
}
