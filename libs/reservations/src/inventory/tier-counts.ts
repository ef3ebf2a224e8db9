import { Injectable } from '@nestjs/common';
import { Clock, RecentMap } from '#kernel';
import { Database, HotPool, SharedRead } from '#platform';
import { SeatStates } from './seat-states.js';

/** Places of a tier that are held or sold now. */
export interface TierCount {
  held: number;
  sold: number;
}

interface Counted {
  sequence: number;
  tiers: Map<string, TierCount>;
  /** From then on it is out of date although nothing was written: a hold ends. */
  until: Date | null;
}

const COUNTS = {
  name: 'tier-counts',
  text: `
    SELECT b.id, p.tier_id AS "tierId", (count(*) FILTER (WHERE r.until IS NOT NULL))::integer AS held,
      (count(*) FILTER (WHERE r.until IS NULL))::integer AS sold, min(r.until) AS until
    FROM unnest($1::uuid[]) AS b (id)
    CROSS JOIN LATERAL (
      SELECT tier_ids, expires_at AS until FROM reservations WHERE bookable_id = b.id AND state = 'ACTIVE' AND expires_at > $2
      UNION ALL SELECT tier_ids, NULL FROM reservations WHERE (CASE WHEN state = 'CONVERTED' THEN bookable_id END) = b.id) r
    CROSS JOIN LATERAL unnest(r.tier_ids) AS p (tier_id) GROUP BY b.id, p.tier_id`,
};

const REMEMBERED = 5_000;

/**
 * How many places of each tier are held and sold, read fresh as `SeatStates` does it: whoever asks shares one
 * statement, and what was counted is counted again when the number of the inventory has moved on.
 */
@Injectable()
export class TierCounts {
  private readonly remembered = new RecentMap<string, Counted>(REMEMBERED);
  private readonly counts: SharedRead<Counted['tiers']>;

  constructor(
    database: Database,
    private readonly pool: HotPool,
    private readonly clock: Clock,
    private readonly seatStates: SeatStates,
  ) {
    this.counts = new SharedRead(database, (ids) => this.readAll(ids));
  }

  /** By tier; a tier of which nobody has anything is missing. */
  async of(bookableId: string): Promise<ReadonlyMap<string, TierCount>> {
    return (await this.counts.of(bookableId))!;
  }

  private async readAll(ids: string[]): Promise<Map<string, Counted['tiers']>> {
    const now = this.clock.now();
    // The number first: what changes while the rest is read makes it an old one.
    const sequences = await this.seatStates.sequences(ids);
    const found = new Map<string, Counted>();
    for (const id of ids) {
      const known = this.remembered.get(id);
      const isOver = known !== undefined && known.until !== null && known.until <= now;
      found.set(
        id,
        known && !isOver && known.sequence === sequences.get(id)
          ? known
          : { sequence: -1, tiers: new Map(), until: null },
      );
    }
    const outdated = ids.filter((id) => found.get(id)!.sequence === -1);
    if (outdated.length > 0) await this.count(outdated, now, found);
    for (const id of outdated) {
      const counted = found.get(id)!;
      counted.sequence = sequences.get(id)!;
      this.remembered.set(id, counted);
    }
    return new Map(ids.map((id) => [id, found.get(id)!.tiers]));
  }

  private async count(ids: string[], now: Date, found: Map<string, Counted>): Promise<void> {
    const rows = await this.pool.query<TierCount & { id: string; tierId: string; until: Date | null }>(COUNTS, [
      ids,
      now,
    ]);
    for (const { id, tierId, held, sold, until } of rows) {
      const counted = found.get(id)!;
      counted.tiers.set(tierId, { held, sold });
      if (until !== null && (counted.until === null || until < counted.until)) counted.until = until;
    }
  }
}
