import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { DomainEvents, HotPool } from '#platform';
import type { PoolClient } from 'pg';
import { ReservationsHeld } from '../reservation.events.js';
import { type HoldFacts, decideHolds } from './hold-decisions.js';
import { factsFor, wantedOf } from './hold-facts.js';
import type { HoldOutcome, HoldRequest } from './hold-request.js';
import { type InventoryChange, InventoryChanges } from './inventory-changes.js';
import { HoldsToWrite, WRITE_HOLDS } from './hold-writing.js';

/**
 * Many holds in one transaction of four round trips: lock and read, decide here, write, commit. Durable when it
 * returns. The database checks what was decided: a cell that is not free undoes the batch.
 */
@Injectable()
export class HoldBatches {
  constructor(
    private readonly pool: HotPool,
    private readonly clock: Clock,
    private readonly events: DomainEvents,
    private readonly changes: InventoryChanges,
  ) {}

  /** @param wait for inventories that somebody has locked; otherwise their requests are answered with `locked` */
  async hold(requests: HoldRequest[], wait: boolean): Promise<HoldOutcome[]> {
    const now = this.clock.now();
    const { outcomes, changes } = await this.pool.transaction(async (client) => {
      const facts: HoldFacts = await factsFor(client, wantedOf(requests), now, wait);
      const outcomes = decideHolds(requests, facts);
      const winners = requests.flatMap((request, index) => {
        const outcome = outcomes[index]!;
        return outcome.kind === 'held' ? [{ ...request, places: outcome.places }] : [];
      });
      return { outcomes, changes: winners.length > 0 ? await this.write(client, winners, facts, now) : [] };
    });
    this.changes.publish(changes);
    return outcomes;
  }

  private async write(
    client: PoolClient,
    winners: HoldRequest[],
    facts: HoldFacts,
    now: Date,
  ): Promise<InventoryChange[]> {
    const holds = new HoldsToWrite(winners, facts.sequences);
    const held = winners.map(({ id, bookableId }) => ({ reservationId: id, bookableId }));
    const { rows } = await client.query<{ legs: string[] | null }>({ ...WRITE_HOLDS, values: holds.values(now) });
    await this.events.publishOn(client, new ReservationsHeld(held));
    return holds.changesWith(rows[0]!.legs);
  }
}
