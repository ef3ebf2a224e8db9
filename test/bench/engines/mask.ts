import { type Engine, TWICE, WANTED, columns } from './engine.js';

/** A row for each seat with a bit for each leg, set by the update that asks whether it is free. */
export const mask: Engine = {
  name: 'leg mask, conditional UPDATE',
  twice: TWICE,
  tables: () => `
    CREATE TABLE masks (
      trip uuid NOT NULL,
      seat integer NOT NULL,
      mask bigint NOT NULL DEFAULT 0,
      PRIMARY KEY (trip, seat)
    ) WITH (fillfactor = 75);`,
  fill: (_legs, seats) => `
    INSERT INTO masks (trip, seat) SELECT id, seat FROM trips, generate_series(0, ${seats - 1}) AS seat;`,
  async hold(client, holds) {
    const { rowCount } = await client.query({
      name: 'mask',
      text: `WITH wanted AS (SELECT w.*, ((1::bigint << (to_leg - from_leg)) - 1) << from_leg AS mask FROM ${WANTED}), taken AS (
               UPDATE masks m SET mask = m.mask | wanted.mask FROM wanted
               WHERE m.trip = wanted.trip AND m.seat = wanted.seat AND m.mask & wanted.mask = 0 RETURNING wanted.id)
             INSERT INTO holds SELECT id, trip, seat, from_leg, to_leg, now() + interval '15 minutes' FROM wanted JOIN taken USING (id)`,
      values: columns(holds),
    });
    return rowCount ?? 0;
  },
};
