import type { Client } from 'pg';

/** Calls of a trip; one leg less. */
const CALLS = 5;
export const LEGS = CALLS - 1;

/** What the trips of a run share. */
export interface Operator {
  organizationId: string;
  routeId: string;
  /** By position of the call. */
  stopIds: string[];
}

export interface SeatMap {
  id: string;
  /** By ordinal. */
  seatIds: string[];
}

export async function seedOperator(db: Client): Promise<Operator> {
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO organizations (id, name, slug, currency, time_zone, created_at)
     VALUES (uuidv7(), 'Bench Coaches', 'bench-' || uuidv7(), 'GBP', 'Europe/London', now()) RETURNING id`,
  );
  const organizationId = rows[0]!.id;
  await liftLimits(db, organizationId);
  const stops = await db.query<{ id: string }>(
    `INSERT INTO stops (id, organization_id, name, time_zone)
     SELECT uuidv7(), $1, 'Stop ' || n, 'Europe/London' FROM generate_series(1, $2::integer) AS n RETURNING id`,
    [organizationId, CALLS],
  );
  const routes = await db.query<{ id: string }>(
    `INSERT INTO routes (id, organization_id, short_name, long_name) VALUES (uuidv7(), $1, 'B1', 'Bench') RETURNING id`,
    [organizationId],
  );
  return { organizationId, routeId: routes.rows[0]!.id, stopIds: stops.rows.map(({ id }) => id) };
}

/** The one place for rules of an organization that would end a load: it is one passenger after another in a real sale. */
async function liftLimits(db: Client, organizationId: string): Promise<void> {
  const wanted = {
    hold_minutes: 1440,
    hold_cap_minutes: 1440,
    most_open_reservations: 1_000_000,
    most_open_per_address: 1_000_000,
    most_places: 1_000_000,
  };
  const { rows } = await db.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'organizations' AND column_name = ANY($1)`,
    [Object.keys(wanted)],
  );
  const set = rows.map(({ name }) => `${name} = ${wanted[name as keyof typeof wanted]}`).join(', ');
  await db.query(`UPDATE organizations SET ${set} WHERE id = $1`, [organizationId]);
}

/** A coach with rows of four. */
export async function seedSeatMap(db: Client, { organizationId }: Operator, seats: number): Promise<SeatMap> {
  const { rows } = await db.query<{ id: string; seat_map_id: string }>(
    `WITH map AS (
       INSERT INTO seat_maps (id, organization_id, name, version, created_at) VALUES (uuidv7(), $1, 'coach-' || uuidv7(), 1, now()) RETURNING id)
     INSERT INTO seats (id, seat_map_id, ordinal, label, row_number, column_number, position, category)
     SELECT uuidv7(), map.id, n, (n / 4 + 1) || substr('ABCD', n % 4 + 1, 1), n / 4 + 1, n % 4 + 1 + (n % 4) / 2,
       CASE WHEN n % 4 IN (0, 3) THEN 'WINDOW' ELSE 'AISLE' END, 'standard'
     FROM map, generate_series(0, $2::integer - 1) AS n ORDER BY n RETURNING id, seat_map_id`,
    [organizationId, seats],
  );
  return { id: rows[0]!.seat_map_id, seatIds: rows.map(({ id }) => id) };
}

/** Published trips with one price class, a month ahead. 1,000 take a tenth of a second. @returns their ids */
export async function seedTrips(db: Client, operator: Operator, seatMap: SeatMap, count: number): Promise<string[]> {
  const { organizationId, routeId, stopIds } = operator;
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO bookables (id, kind, organization_id, seat_map_id, title, state, time_zone, starts_at, ends_at, currency, leg_count, created_at)
     SELECT uuidv7(), 'TRIP', $1, $2, 'Stop 1 – Stop ${CALLS}', 'PUBLISHED', 'Europe/London', date_trunc('hour', now()) + interval '30 days',
       date_trunc('hour', now()) + interval '30 days ${LEGS} hours', 'GBP', ${LEGS}, now()
     FROM generate_series(1, $3::integer) RETURNING id`,
    [organizationId, seatMap.id, count],
  );
  const ids = rows.map(({ id }) => id);
  await db.query(
    `INSERT INTO trips (bookable_id, organization_id, route_id, service_date, headsign)
     SELECT id, $2, $3, current_date + 30, 'Stop ${CALLS}' FROM unnest($1::uuid[]) AS id`,
    [ids, organizationId, routeId],
  );
  await db.query(
    `INSERT INTO trip_calls (trip_id, position, stop_id, arrives_at, departs_at)
     SELECT b.id, s.n - 1, s.stop_id, b.starts_at + (s.n - 1) * interval '1 hour', b.starts_at + (s.n - 1) * interval '1 hour'
     FROM bookables b, unnest($2::uuid[]) WITH ORDINALITY AS s (stop_id, n) WHERE b.id = ANY($1::uuid[])`,
    [ids, stopIds],
  );
  await db.query(
    `INSERT INTO tiers (id, bookable_id, name, position, price_minor, max_per_order)
     SELECT uuidv7(), id, 'Standard', 0, 1000, 50 FROM unnest($1::uuid[]) AS id`,
    [ids],
  );
  return ids;
}

/** Accounts that nobody can log in to; their access tokens are signed here. @returns their ids */
export async function seedUsers(db: Client, count: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO users (id, email, password_hash, name, created_at)
     SELECT id, id || '@holdfast.test', '-', 'Passenger', now() FROM (SELECT uuidv7() AS id FROM generate_series(1, $1::integer)) AS new RETURNING id`,
    [count],
  );
  return rows.map(({ id }) => id);
}

/** Row counts and size of a database, for the record. */
export async function dataSize(db: Client): Promise<string> {
  const { rows } = await db.query<{ trips: string; reservations: string; size: string }>(
    `SELECT (SELECT count(*) FROM trips) AS trips, (SELECT count(*) FROM reservations) AS reservations, pg_size_pretty(pg_database_size(current_database())) AS size`,
  );
  const { trips, reservations, size } = rows[0]!;
  return `${trips} trips, ${reservations} reservations, ${size}`;
}
