import type { Client } from './client.js';
import type { Offer } from './passenger.js';
import { JourneyFailure } from './steps.js';

interface Message {
  __typename: 'LiveMapSnapshot' | 'LiveMapChange';
  /** Of a change: the number of the message before it. */
  since?: number;
  sequence: number;
  seats: { seatId: string; state: string }[];
}

/** A seat map as a browser keeps it: a snapshot, then changes, each of which goes on where the one before it ended. */
export class WatchedMap {
  readonly states = new Map<string, string>();
  sequence = -1;
  private readonly messages: AsyncIterableIterator<{ liveMap: Message }>;
  private waiting: (() => void)[] = [];
  private failure: Error | undefined;

  constructor(client: Client, offer: Offer) {
    this.messages = client.subscribe<{ liveMap: Message }>(
      `subscription ($id: ID!, $from: Int, $to: Int) { liveMap(bookableId: $id, from: $from, to: $to) {
         __typename ... on LiveMapSnapshot { sequence seats { seatId state } } ... on LiveMapChange { since sequence seats { seatId state } } } }`,
      { id: offer.trip.id, from: offer.from.position, to: offer.to.position },
    );
    void this.follow().catch((error: unknown) => {
      this.failure = error as Error;
      this.wake();
    });
  }

  /** Waits until it holds. @throws JourneyFailure after five seconds, or when a number was skipped */
  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = Date.now() + 5_000;
    while (!holds()) {
      if (this.failure) throw this.failure;
      if (Date.now() > deadline) throw new JourneyFailure(`the live map did not show: ${what}`);
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        setTimeout(resolve, 100);
      });
    }
  }

  async close(): Promise<void> {
    await this.messages.return?.();
  }

  private async follow(): Promise<void> {
    for await (const { liveMap } of this.messages) {
      if (liveMap.__typename === 'LiveMapChange' && liveMap.since !== this.sequence) {
        throw new JourneyFailure(`the live map jumped from ${this.sequence} to ${liveMap.since}`);
      }
      this.sequence = liveMap.sequence;
      for (const { seatId, state } of liveMap.seats) this.states.set(seatId, state);
      this.wake();
    }
  }

  private wake(): void {
    this.waiting.splice(0).forEach((resolve) => resolve());
  }
}
