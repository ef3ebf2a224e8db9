import type { Client } from '../../apps/cli/src/journey/client.js';
import { until } from './socket-server.js';

export interface LiveMessage {
  __typename: 'LiveMapSnapshot' | 'LiveMapChange';
  since?: number;
  sequence: number;
  states?: string;
  changes?: string;
  seats: { seatId: string; state: string }[];
}

const LIVE_MAP = `subscription ($id: ID!, $from: Int, $to: Int, $after: Int) { liveMap(bookableId: $id, from: $from, to: $to, after: $after) {
  __typename ... on LiveMapSnapshot { sequence states seats { seatId state } } ... on LiveMapChange { since sequence changes seats { seatId state } } } }`;

const NAME: Record<string, string> = { '.': 'FREE', h: 'HELD', s: 'SOLD' };

/** A live map as a page keeps it. It checks that each message goes on where the one before it ended. */
export class Viewer {
  readonly messages: LiveMessage[] = [];
  readonly arrivals: number[] = [];
  /** By ordinal, one character each. */
  readonly states: string[] = [];
  /** The same from the typed list, by seat. */
  readonly named = new Map<string, string>();
  /** What came that should not have come. */
  readonly faults: string[] = [];
  private taken = 0;
  private stream: AsyncIterableIterator<{ liveMap: LiveMessage }>;

  constructor(
    private readonly client: Client,
    private readonly variables: { id: string; from?: number; to?: number; after?: number },
  ) {
    this.stream = this.watch(variables);
  }

  get sequence(): number {
    return this.messages.at(-1)?.sequence ?? -1;
  }

  /** The next message that was not taken yet. */
  async next(): Promise<LiveMessage> {
    await until(
      () => this.messages.length + this.faults.length,
      (count) => count > this.taken,
    );
    if (this.faults.length > 0) throw new Error(this.faults.join());
    return this.messages[this.taken++]!;
  }

  async reached(sequence: number): Promise<void> {
    await until(
      () => this.sequence,
      (reached) => reached >= sequence,
    );
  }

  /** Leaves and comes back at once, where it was. */
  async comeBack(client = this.client): Promise<void> {
    await this.stream.return?.();
    this.stream = this.watch({ ...this.variables, after: this.sequence }, client);
  }

  async close(): Promise<void> {
    await this.stream.return?.();
  }

  private watch(variables: object, client = this.client): AsyncIterableIterator<{ liveMap: LiveMessage }> {
    const stream = client.subscribe<{ liveMap: LiveMessage }>(LIVE_MAP, { ...variables });
    void this.follow(stream).catch((error: Error) => void this.faults.push(error.message));
    return stream;
  }

  private async follow(stream: AsyncIterableIterator<{ liveMap: LiveMessage }>): Promise<void> {
    for await (const { liveMap } of stream) if (stream === this.stream) this.take(liveMap);
  }

  private take(message: LiveMessage): void {
    const { since, sequence, states, changes, seats } = message;
    const before = this.messages.at(-1)?.sequence ?? this.variables.after;
    if (states !== undefined) this.states.splice(0, Infinity, ...states);
    else {
      if (since !== before) this.faults.push(`a change since ${since} came after ${before}`);
      for (const change of changes ? changes.split(',') : []) this.states[Number(change.slice(0, -1))] = change.at(-1)!;
    }
    if (sequence < this.sequence) this.faults.push(`${sequence} came after ${this.sequence}`);
    for (const { seatId, state } of seats) this.named.set(seatId, state);
    const compact = states ?? changes!.split(',').map((change) => change.at(-1)!);
    if (
      changes !== '' &&
      Array.from(compact, (character) => NAME[character]).join() !== seats.map(({ state }) => state).join()
    )
      this.faults.push(`the two forms differ: ${JSON.stringify(message)}`);
    this.messages.push(message);
    this.arrivals.push(performance.now());
  }
}
