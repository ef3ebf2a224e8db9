import { Injectable } from '@nestjs/common';
import { Batcher } from '#kernel';
import { Database, busy } from '#platform';
import { BookablesService } from '#catalogue';

/** Makes inventories. Those that are wanted at the same moment are made together. */
@Injectable()
export class InventoryOpenings {
  private readonly openings: Batcher<string, boolean>;

  constructor(
    private readonly database: Database,
    private readonly bookables: BookablesService,
  ) {
    this.openings = new Batcher((ids) => this.openTogether(ids), {
      most: 100,
      lanes: 1,
      mostWaiting: 5_000,
      key: (id) => id,
      overflow: () => busy(),
    });
  }

  /** Makes the inventory of a bookable, before its first reservation; from now on an import leaves it as it is. */
  async open(bookableId: string): Promise<void> {
    // Whoever is changing this one is waited for by those alone who want it.
    if (!(await this.openings.submit(bookableId))) await this.openAll([bookableId], true);
  }

  private async openTogether(ids: string[]): Promise<boolean[]> {
    const opened = new Set(await this.openAll([...new Set(ids)], false));
    return ids.map((id) => opened.has(id));
  }

  /** @returns those that are open now */
  private async openAll(ids: string[], wait: boolean): Promise<string[]> {
    return await this.database.transactionByKey(async () => {
      // The bookable's row first: an import that is changing it right now has finished when we read on.
      const locked = await this.bookables.lock(ids, wait);
      const rows = await this.database.query<{ id: string }>(
        `INSERT INTO inventories (bookable_id) SELECT id FROM unnest($1::uuid[]) AS b (id)
         ON CONFLICT DO NOTHING RETURNING bookable_id AS id`,
        [locked],
      );
      const opened = rows.map(({ id }) => id);
      if (opened.length === 0) return locked;
      await this.database.query(
        `INSERT INTO seat_cells (bookable_id, ordinal, legs, holders)
         SELECT b.id, s.ordinal, repeat('.', b.leg_count), array_fill(NULL::uuid, ARRAY[b.leg_count])
         FROM bookables b JOIN seats s ON s.seat_map_id = b.seat_map_id WHERE b.id = ANY($1::uuid[]) ORDER BY b.id, s.ordinal`,
        [opened],
      );
      await this.database.query(
        `INSERT INTO area_cells (bookable_id, area_id, capacity, taken)
         SELECT b.id, a.id, a.capacity, array_fill(0, ARRAY[b.leg_count])
         FROM bookables b JOIN areas a ON a.seat_map_id = b.seat_map_id WHERE b.id = ANY($1::uuid[])`,
        [opened],
      );
      return locked;
    });
  }
}
