import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, PubSub } from '#platform';

/**
 * One character per leg: `.` free, `h` held, `s` sold. With it every subscriber can tell the state of the seat for the
 * legs that it shows.
 */
export interface SeatLegs {
  seatId: string;
  legs: string;
}

export interface LiveMapUpdate {
  sequence: number;
  seats: SeatLegs[];
}

export const liveMapChannel = (bookableId: string): string => `live-map:${bookableId}`;

/** Changes older than this are swept away; a client that was gone for longer gets a new snapshot. */
const CHANGES_KEPT_MINUTES = 60;

/** Occupancy of seats by leg, at a moment: claims that have expired count as free. `$2` null means every seat. */
const OCCUPANCY = `
  SELECT s.id AS "seatId", string_agg(
    CASE WHEN c.id IS NULL THEN '.' WHEN c.expires_at IS NULL THEN 's' ELSE 'h' END, '' ORDER BY leg) AS legs
  FROM bookables b
  JOIN seats s ON s.seat_map_id = b.seat_map_id AND ($2::uuid[] IS NULL OR s.id = ANY($2))
  CROSS JOIN generate_series(0, b.leg_count - 1) AS leg
  LEFT JOIN seat_claims c ON c.bookable_id = b.id AND c.seat_id = s.id AND c.legs @> leg AND (c.expires_at IS NULL OR c.expires_at > $3)
  WHERE b.id = $1
  GROUP BY s.id, s.ordinal`;

/** The numbered history of a bookable's seats. Numbers have no gaps: they are counted under a row lock. */
@Injectable()
export class LiveMap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly pubSub: PubSub,
  ) {}

  /** Records that these seats changed, in the open transaction, and tells everybody after the commit. */
  async changed(bookableId: string, seatIds: string[]): Promise<void> {
    if (seatIds.length === 0) return;
    // The counter first: whoever held it before has committed, so the occupancy read below is the newest.
    const [counter] = await this.database.query<{ sequence: string }>(
      `INSERT INTO live_maps (bookable_id, sequence) VALUES ($1, 1)
       ON CONFLICT (bookable_id) DO UPDATE SET sequence = live_maps.sequence + 1 RETURNING sequence`,
      [bookableId],
    );
    const now = this.clock.now();
    const seats = await this.database.query<SeatLegs>(OCCUPANCY, [bookableId, seatIds, now]);
    const update: LiveMapUpdate = { sequence: Number(counter!.sequence), seats };
    await this.database.query(
      `INSERT INTO live_map_changes (bookable_id, sequence, seats, changed_at) VALUES ($1, $2, $3, $4)`,
      [bookableId, update.sequence, JSON.stringify(seats), now],
    );
    this.database.afterCommit(() => this.pubSub.publish(liveMapChannel(bookableId), JSON.stringify(update)));
  }

  /** Number and occupancy of every seat, seen at one instant. */
  async snapshot(bookableId: string): Promise<LiveMapUpdate> {
    const rows = await this.database.query<SeatLegs & { sequence: string }>(
      `SELECT coalesce((SELECT sequence FROM live_maps WHERE bookable_id = $1), 0) AS sequence, o."seatId", o.legs FROM (${OCCUPANCY}) o`,
      [bookableId, null, this.clock.now()],
    );
    return { sequence: Number(rows[0]?.sequence ?? 0), seats: rows.map(({ seatId, legs }) => ({ seatId, legs })) };
  }

  /** The changes after a number, in order; `undefined` when some of them are not kept any more. */
  async changesAfter(bookableId: string, sequence: number): Promise<LiveMapUpdate[] | undefined> {
    const rows = await this.database.query<{ newest: string; sequence: string | null; seats: SeatLegs[] }>(
      `SELECT m.sequence AS newest, c.sequence, c.seats FROM live_maps m
       LEFT JOIN live_map_changes c ON c.bookable_id = m.bookable_id AND c.sequence > $2
       WHERE m.bookable_id = $1 ORDER BY c.sequence`,
      [bookableId, sequence],
    );
    const newest = Number(rows[0]?.newest ?? 0);
    const changes = rows.flatMap((row) =>
      row.sequence === null ? [] : [{ sequence: Number(row.sequence), seats: row.seats }],
    );
    return changes.length === newest - sequence ? changes : undefined;
  }

  /** Forgets old changes. @returns how many */
  async forgetOld(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - CHANGES_KEPT_MINUTES * 60_000);
    const gone = await this.database.query(`DELETE FROM live_map_changes WHERE changed_at < $1 RETURNING 1`, [before]);
    return gone.length;
  }
}
