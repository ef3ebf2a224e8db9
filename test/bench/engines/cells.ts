import { type Engine, TWICE, columns } from './engine.js';

interface Read {
  legs: string[];
}

/**
 * A row for each seat with a cell for each leg, changed under the lock of a row for each trip: lock and read, decide
 * here, write. Four round trips, however many holds.
 */
export const cells: Engine = {
  name: 'cells, lock per trip',
  twice: TWICE,
  tables: () => `
    CREATE TABLE inventories (trip uuid PRIMARY KEY, sequence bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);
    CREATE TABLE cells (
      trip uuid NOT NULL,
      seat integer NOT NULL,
      legs text NOT NULL,
      holders uuid[] NOT NULL,
      changed bigint NOT NULL DEFAULT 0,
      PRIMARY KEY (trip, seat)
    ) WITH (fillfactor = 50);
    CREATE FUNCTION lock_and_read(trips uuid[], seats integer[], OUT legs text[]) LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM FROM inventories i WHERE i.trip = ANY(trips) ORDER BY i.trip FOR NO KEY UPDATE;
      SELECT array_agg(c.legs ORDER BY w.n) INTO legs
        FROM unnest(trips, seats) WITH ORDINALITY AS w (trip, seat, n) JOIN cells c ON c.trip = w.trip AND c.seat = w.seat;
    END $$;
    CREATE FUNCTION write_cells(ids uuid[], trips uuid[], seats integer[], froms integer[], tos integer[]) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE
      written integer;
    BEGIN
      UPDATE inventories i SET sequence = i.sequence + 1 WHERE i.trip = ANY(trips);
      UPDATE cells c SET legs = overlay(c.legs PLACING repeat('h', w.t - w.f) FROM w.f + 1),
        holders = c.holders[:w.f] || array_fill(w.id, ARRAY[w.t - w.f]) || c.holders[w.t + 1:], changed = i.sequence
      FROM unnest(ids, trips, seats, froms, tos) AS w (id, trip, seat, f, t) JOIN inventories i ON i.trip = w.trip
      WHERE c.trip = w.trip AND c.seat = w.seat AND replace(substr(c.legs, w.f + 1, w.t - w.f), '.', '') = '';
      GET DIAGNOSTICS written = ROW_COUNT;
      IF written <> cardinality(ids) THEN RAISE EXCEPTION 'a seat of the batch is not free'; END IF;
      INSERT INTO holds SELECT w.*, now() + interval '15 minutes' FROM unnest(ids, trips, seats, froms, tos) AS w (id, trip, seat, f, t);
    END $$;`,
  fill: (legs, seats) => `
    INSERT INTO inventories (trip) SELECT id FROM trips;
    INSERT INTO cells (trip, seat, legs, holders)
      SELECT id, seat, repeat('.', ${legs}), array_fill(NULL::uuid, ARRAY[${legs}]) FROM trips, generate_series(0, ${seats - 1}) AS seat;`,
  async hold(client, holds) {
    const [ids, trips, seats, froms, tos] = columns(holds);
    await client.query('BEGIN');
    try {
      const { rows } = await client.query<Read>({
        name: 'lock-and-read',
        text: `SELECT legs FROM lock_and_read($1, $2)`,
        values: [trips, seats],
      });
      const { legs } = rows[0]!;
      const isFree = (_: unknown, index: number): boolean =>
        !legs[index]!.slice(froms[index], tos[index]).includes('h');
      const free = [ids, trips, seats, froms, tos].map((column) => (column as unknown[]).filter(isFree));
      if (free[0]!.length > 0)
        await client.query({ name: 'write-cells', text: `SELECT write_cells($1, $2, $3, $4, $5)`, values: free });
      await client.query('COMMIT');
      return free[0]!.length;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    }
  },
};
