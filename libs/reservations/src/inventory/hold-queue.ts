import { Injectable } from '@nestjs/common';
import { Batcher } from '#kernel';
import { busy, sqlState } from '#platform';
import { HoldBatches } from './hold-batches.js';
import type { HoldOutcome, HoldRequest } from './hold-request.js';

const MOST_IN_A_BATCH = 256;
/** At 10,000 a second these are answered within half a second; who comes later is told to come again. */
const MOST_WAITING = 5_000;
const MOST_TRIES = 5;

/** Somebody else changed the same rows at the same time; nothing was written, so it can be tried again. */
const COLLISIONS = new Set(['40001', '40P01', '23505', '23P01', '23514']);

/**
 * All holds of this process, gathered into batches. A bookable that another process has locked keeps nobody waiting
 * but those who want it: their requests go to a second queue, whose batches wait for the lock.
 */
@Injectable()
export class HoldQueue {
  private readonly quick: Batcher<HoldRequest, HoldOutcome>;
  private readonly patient: Batcher<HoldRequest, HoldOutcome>;

  constructor(private readonly batches: HoldBatches) {
    const options = {
      most: MOST_IN_A_BATCH,
      mostWaiting: MOST_WAITING,
      key: ({ bookableId }: HoldRequest) => bookableId,
      overflow: () => busy(),
    };
    this.quick = new Batcher((requests) => this.run(requests, false), { ...options, lanes: 2 });
    this.patient = new Batcher((requests) => this.run(requests, true), { ...options, lanes: 1 });
  }

  /** @throws BUSY when too many wait, or a lock was not to be had in two seconds */
  async hold(request: HoldRequest): Promise<Exclude<HoldOutcome, { kind: 'again' }>> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.quick.submit(request);
      const decided = outcome.kind === 'locked' ? await this.patient.submit(request) : outcome;
      if (decided.kind !== 'again') return decided;
      if (tries >= MOST_TRIES * MOST_IN_A_BATCH) throw busy();
    }
  }

  private async run(requests: HoldRequest[], wait: boolean): Promise<HoldOutcome[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.batches.hold(requests, wait);
      } catch (error) {
        if (!COLLISIONS.has(sqlState(error) ?? '')) throw error;
        // One by one: whoever collided does not take the others along.
        if (requests.length > 1) return await this.oneByOne(requests, wait);
        if (tries >= MOST_TRIES) throw error;
      }
    }
  }

  private async oneByOne(requests: HoldRequest[], wait: boolean): Promise<HoldOutcome[]> {
    const outcomes: HoldOutcome[] = [];
    for (const request of requests) {
      const [outcome] = await this.run([request], wait).catch((error: unknown): HoldOutcome[] => [
        { kind: 'failed', error },
      ]);
      outcomes.push(outcome!);
    }
    return outcomes;
  }
}
