import { Injectable } from '@nestjs/common';
import { Batcher, Clock, RecentMap } from '#kernel';
import { Database, HotPool, busy } from '#platform';
import type { InventoryChange } from './inventory-changes.js';

/** All seats of a bookable, at one instant. */
export interface SeatSnapshot {
  sequence: number;
  /** By ordinal: one character per leg, `.` free, `h` held, `s` sold. */
  legs: string[];
  /** Places held or sold on each leg, by area. */
  areas: { areaId: string; capacity: number; taken: number[] }[];
  /** From then on it is out of date although nothing was written: a hold ends. */
  until: Date | null;
}

const SEQUENCES = {
  name: 'inventory-sequences',
  text: `SELECT bookable_id AS id, sequence FROM inventories WHERE bookable_id = ANY($1::uuid[])`,
};

/** One row for each bookable. Rows whose holds may have ended are looked at leg by leg. */
const SNAPSHOTS = {
  name: 'inventory-snapshots',
  text: `
    SELECT i.bookable_id AS id, i.sequence, c.legs, floor(extract(epoch FROM c.until) * 1000)::bigint AS until, c.checked, a.areas
    FROM inventories i
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(CASE WHEN held_until <= $2 THEN cell_legs_at(legs, holders, $2) ELSE legs END ORDER BY ordinal), '{}') AS legs,
        min(held_until) FILTER (WHERE held_until > $2) AS until, bool_or(held_until <= $2) AS checked
      FROM seat_cells WHERE bookable_id = i.bookable_id) c
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('areaId', area_id, 'capacity', capacity, 'taken', taken) ORDER BY area_id) AS areas
      FROM area_cells WHERE bookable_id = i.bookable_id) a
    WHERE i.bookable_id = ANY($1::uuid[])`,
};

/** Nobody has reserved it yet, so it may still change: not remembered. */
const UNTOUCHED = `
  SELECT b.id, (SELECT count(*)::integer FROM seats WHERE seat_map_id = b.seat_map_id) AS seats, repeat('.', b.leg_count) AS legs,
    (SELECT jsonb_agg(jsonb_build_object('areaId', a.id, 'capacity', a.capacity, 'taken', array_fill(0, ARRAY[b.leg_count])) ORDER BY a.id)
     FROM areas a WHERE a.seat_map_id = b.seat_map_id) AS areas
  FROM bookables b WHERE b.id = ANY($1::uuid[])`;

interface SnapshotRow {
  id: string;
  sequence: string;
  legs: string[];
  until: string | null;
  checked: boolean | null;
  areas: SeatSnapshot['areas'] | null;
}

/** Bookables whose last snapshot is remembered; 50 seats take about 2 KiB. */
const REMEMBERED = 5_000;

/**
 * What is free, read fresh: whoever asks shares one statement with all who ask at the same moment, and it asks only
 * for the number when the snapshot of that number is remembered. It informs people; only reserving decides.
 */
@Injectable()
export class SeatStates {
  private readonly remembered = new RecentMap<string, SeatSnapshot>(REMEMBERED);
  private readonly readers: Batcher<string, SeatSnapshot>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly pool: HotPool,
  ) {
    this.readers = new Batcher((ids) => this.readAll(ids), {
      most: 1_000,
      lanes: 1,
      mostWaiting: 20_000,
      key: (id) => id,
      overflow: () => busy(),
    });
  }

  async read(bookableId: string): Promise<SeatSnapshot> {
    return await this.readers.submit(bookableId);
  }

  /** The newest number of each; 0 for one that was never reserved. */
  async sequences(bookableIds: string[]): Promise<Map<string, number>> {
    const rows = await this.pool.query<{ id: string; sequence: string }>(SEQUENCES, [bookableIds]);
    const found = new Map(rows.map(({ id, sequence }) => [id, Number(sequence)]));
    return new Map(bookableIds.map((id) => [id, found.get(id) ?? 0]));
  }

  /** Everything that changed after a number, as one change. */
  async changesAfter(bookableId: string, since: number): Promise<InventoryChange> {
    const { sequence } = await this.read(bookableId);
    const seats = await this.database.query<{ ordinal: number; legs: string }>(
      `SELECT ordinal, CASE WHEN held_until <= $3 THEN cell_legs_at(legs, holders, $3) ELSE legs END AS legs
       FROM seat_cells WHERE bookable_id = $1 AND changed > $2 ORDER BY ordinal`,
      [bookableId, since, this.clock.now()],
    );
    // Read after the number: a seat may be newer than it says, and comes once more with the next change.
    return { bookableId, since, sequence, seats };
  }

  private async readAll(wanted: string[]): Promise<SeatSnapshot[]> {
    const ids = [...new Set(wanted)];
    const now = this.clock.now();
    const known = ids.flatMap((id) => {
      const snapshot = this.remembered.get(id);
      return snapshot ? [[id, snapshot] as const] : [];
    });
    const sequences = known.length > 0 ? await this.sequences(known.map(([id]) => id)) : new Map<string, number>();
    const found = new Map<string, SeatSnapshot>();
    for (const [id, snapshot] of known) {
      const isOver = snapshot.until !== null && snapshot.until <= now;
      if (!isOver && snapshot.sequence === sequences.get(id)) found.set(id, snapshot);
    }
    const outdated = ids.filter((id) => !found.has(id));
    if (outdated.length > 0) await this.load(outdated, now, found);
    const untouched = await this.readUntouched(ids.filter((id) => !found.has(id)));
    return wanted.map((id) => found.get(id) ?? untouched.get(id) ?? NOWHERE);
  }

  private async load(ids: string[], now: Date, found: Map<string, SeatSnapshot>): Promise<void> {
    for (const row of await this.pool.query<SnapshotRow>(SNAPSHOTS, [ids, now])) {
      const until = row.checked ? now : row.until === null ? null : new Date(Number(row.until));
      const snapshot = { sequence: Number(row.sequence), legs: row.legs, areas: row.areas ?? [], until };
      this.remembered.set(row.id, snapshot);
      found.set(row.id, snapshot);
    }
  }

  private async readUntouched(ids: string[]): Promise<Map<string, SeatSnapshot>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{
      id: string;
      seats: number;
      legs: string;
      areas: SeatSnapshot['areas'] | null;
    }>(UNTOUCHED, [ids]);
    return new Map(
      rows.map(({ id, seats, legs, areas }) => [
        id,
        { sequence: 0, legs: Array.from({ length: seats }, () => legs), areas: areas ?? [], until: null },
      ]),
    );
  }
}

/** What does not exist has no seats. */
const NOWHERE: SeatSnapshot = { sequence: 0, legs: [], areas: [], until: null };
