import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { type BoundStatement, DomainEvents, HotPool } from '#platform';
import { ReservationsHeld } from '../reservation.events.js';
import { decideHolds } from './hold-decisions.js';
import { factsFor, wantedOf } from './hold-facts.js';
import type { HoldOutcome, HoldRequest } from './hold-request.js';
import { InventoryChanges } from './inventory-changes.js';
import { HoldsToWrite, WRITE_HOLDS } from './hold-writing.js';

/**
 * Many holds in one transaction of two round trips: lock and read; then, decided here, write and commit. Durable when it
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
    const { outcomes, holds, written } = await this.pool.transaction(
      (client) => factsFor(client, wantedOf(requests), now, wait),
      (facts) => {
        const outcomes = decideHolds(requests, facts);
        const winners = requests.flatMap((request, index) => {
          const outcome = outcomes[index]!;
          return outcome.kind === 'held' ? [{ ...request, places: outcome.places }] : [];
        });
        const holds = new HoldsToWrite(winners, facts.sequences);
        return { outcomes, holds, writes: winners.length > 0 ? this.writes(winners, holds, now) : [] };
      },
    );
    const [answer] = written;
    if (answer) this.changes.publish(holds.changesWith((answer[0] as { legs: string[] | null }).legs));
    return outcomes;
  }

  private writes(winners: HoldRequest[], holds: HoldsToWrite, now: Date): BoundStatement[] {
    const held = winners.map(({ id, bookableId }) => ({ reservationId: id, bookableId }));
    return [{ ...WRITE_HOLDS, values: holds.values(now) }, this.events.publication(new ReservationsHeld(held))];
  }
}
