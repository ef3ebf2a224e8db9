import { type Engine, TWICE, columns } from './engine.js';

/**
 * A row for each leg of a hold, unique by trip, seat and leg. Whoever got only some of his legs gives them back, so it
 * takes a function to stay one round trip.
 */
export const legRows: Engine = {
  name: 'unique row per leg',
  twice: TWICE,
  tables: () => `
    CREATE TABLE leg_claims (
      trip uuid NOT NULL,
      seat integer NOT NULL,
      leg integer NOT NULL,
      hold_id uuid NOT NULL,
      PRIMARY KEY (trip, seat, leg)
    );
    CREATE FUNCTION hold_legs(ids uuid[], trips uuid[], seats integer[], froms integer[], tos integer[]) RETURNS integer
    LANGUAGE plpgsql AS $$
    DECLARE
      got uuid[];
      whole uuid[];
    BEGIN
      WITH claimed AS (
        INSERT INTO leg_claims (trip, seat, leg, hold_id)
        SELECT w.trip, w.seat, leg, w.id FROM unnest(ids, trips, seats, froms, tos) AS w (id, trip, seat, f, t)
        CROSS JOIN LATERAL generate_series(w.f, w.t - 1) AS leg
        ORDER BY w.trip, w.seat, leg ON CONFLICT DO NOTHING RETURNING hold_id)
      SELECT array_agg(hold_id) INTO got FROM claimed;
      SELECT coalesce(array_agg(w.id), '{}') INTO whole
        FROM unnest(ids, froms, tos) AS w (id, f, t)
        JOIN (SELECT g AS id, count(*) AS legs FROM unnest(got) AS g GROUP BY g) AS c ON c.id = w.id AND c.legs = w.t - w.f;
      IF cardinality(whole) < cardinality(ids) THEN
        DELETE FROM leg_claims l USING unnest(ids, trips, seats, froms, tos) AS w (id, trip, seat, f, t)
        WHERE l.trip = w.trip AND l.seat = w.seat AND l.leg >= w.f AND l.leg < w.t AND l.hold_id = w.id AND w.id <> ALL(whole);
      END IF;
      INSERT INTO holds
        SELECT w.*, now() + interval '15 minutes' FROM unnest(ids, trips, seats, froms, tos) AS w (id, trip, seat, f, t)
        WHERE w.id = ANY(whole);
      RETURN cardinality(whole);
    END $$;`,
  async hold(client, holds) {
    const { rows } = await client.query<{ won: number }>({
      name: 'leg-rows',
      text: `SELECT hold_legs($1, $2, $3, $4, $5) AS won`,
      values: columns(holds),
    });
    return rows[0]!.won;
  },
};
