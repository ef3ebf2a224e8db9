import type { Client } from 'pg';

/** Trips of the naive application: seats without a seat map. @returns ids of the trips */
export async function seedNaiveTrips(db: Client, seatIds: string[], count: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(`SELECT uuidv7() AS id FROM generate_series(1, $1::integer)`, [
    count,
  ]);
  const ids = rows.map(({ id }) => id);
  await db.query(
    `INSERT INTO naive_seats ("tripId", "seatId", id) SELECT trip, seat, gen_random_uuid() FROM unnest($1::uuid[]) AS trip, unnest($2::uuid[]) AS seat`,
    [ids, seatIds],
  );
  return ids;
}
