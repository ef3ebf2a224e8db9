import type { Client } from 'pg';

/** One seat of a trip for the legs from `from` to `to` - 1. */
export interface WantedHold {
  id: string;
  trip: string;
  seat: number;
  from: number;
  to: number;
}

/** A way to keep who has which seat. Without price, person and expiry: only what decides. */
export interface Engine {
  name: string;
  /** Tables with all seats free. */
  tables(legs: number): string;
  /** Fills what must be there before the first hold; `trips` has the ids. */
  fill?(legs: number, seats: number): string;
  /**
   * Holds what is free of a batch, each hold for itself, in one transaction. No seat is in a batch twice.
   * @returns how many were free
   */
  hold(client: Client, holds: WantedHold[]): Promise<number>;
  /** Counts seat-legs that two holds have. It must give 0. */
  twice: string;
}

/** One row for each hold, the same for every engine: what the passenger is told. */
export const HOLDS_TABLE = `
  CREATE TABLE holds (
    id uuid PRIMARY KEY,
    trip uuid NOT NULL,
    seat integer NOT NULL,
    from_leg integer NOT NULL,
    to_leg integer NOT NULL,
    expires_at timestamptz NOT NULL
  );`;

/** Arrays for `unnest`, in one order of locking. */
export function columns(holds: WantedHold[]): [string[], string[], number[], number[], number[]] {
  const sorted = holds.toSorted((a, b) => (a.trip < b.trip ? -1 : a.trip > b.trip ? 1 : a.seat - b.seat));
  return [
    sorted.map(({ id }) => id),
    sorted.map(({ trip }) => trip),
    sorted.map(({ seat }) => seat),
    sorted.map(({ from }) => from),
    sorted.map(({ to }) => to),
  ];
}

export const WANTED = `unnest($1::uuid[], $2::uuid[], $3::integer[], $4::integer[], $5::integer[]) AS w (id, trip, seat, from_leg, to_leg)`;

/** The judge of all engines: the rows of the holds themselves. */
export const TWICE = `
  SELECT count(*) FROM (
    SELECT FROM holds CROSS JOIN LATERAL generate_series(from_leg, to_leg - 1) AS leg GROUP BY trip, seat, leg HAVING count(*) > 1) AS twice`;
