import { type Engine, TWICE, WANTED, columns } from './engine.js';

/** A row for each hold and seat; an exclusion constraint refuses the second on a leg. */
export const exclusion: Engine = {
  name: 'claims, GiST exclusion',
  twice: TWICE,
  tables: () => `
    CREATE EXTENSION IF NOT EXISTS btree_gist;
    CREATE TABLE claims (
      hold_id uuid NOT NULL,
      trip uuid NOT NULL,
      seat integer NOT NULL,
      legs int4range NOT NULL,
      EXCLUDE USING gist (trip WITH =, seat WITH =, legs WITH &&)
    );`,
  async hold(client, holds) {
    const { rowCount } = await client.query({
      name: 'exclusion',
      text: `WITH wanted AS (SELECT * FROM ${WANTED}), claimed AS (
               INSERT INTO claims (hold_id, trip, seat, legs)
               SELECT id, trip, seat, int4range(from_leg, to_leg) FROM wanted ON CONFLICT DO NOTHING RETURNING hold_id)
             INSERT INTO holds SELECT wanted.*, now() + interval '15 minutes' FROM wanted JOIN claimed ON hold_id = id`,
      values: columns(holds),
    });
    return rowCount ?? 0;
  },
};
