import { setTimeout as delay } from 'node:timers/promises';
import { type Client as Sockets, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Journal } from './journal.js';

interface Message {
  __typename: 'LiveMapSnapshot' | 'LiveMapChange';
  since: number;
  sequence: number;
  states: string;
  changes: string;
}

const LIVE = `subscription ($id: ID!, $to: Int!, $after: Int) { liveMap(bookableId: $id, from: 0, to: $to, after: $after) {
  __typename ... on LiveMapSnapshot { sequence states } ... on LiveMapChange { since sequence changes } } }`;

/**
 * A client that has the live map open all the time. When its connection breaks it goes on from the last number it saw.
 * A number that does not go on from there is written into the journal.
 */
export class MapWatcher {
  sequence = -1;
  /** How often it had to connect again. */
  breaks = 0;
  snapshots = 0;
  private states: string[] = [];
  private sockets: Sockets | undefined;
  private isClosed = false;
  private readonly ended: Promise<void>;

  constructor(
    private readonly url: string,
    readonly trip: string,
    private readonly legs: number,
    private readonly journal: Journal,
  ) {
    this.ended = this.follow();
  }

  /** One letter for each seat, for the whole trip. */
  get seats(): string {
    return this.states.join('');
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.hangUp();
    await this.ended;
  }

  private async follow(): Promise<void> {
    while (!this.isClosed) {
      this.sockets = createClient({
        url: `${this.url.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      try {
        const variables = { id: this.trip, to: this.legs, after: this.sequence < 0 ? null : this.sequence };
        for await (const { data, errors } of this.sockets.iterate<{ liveMap: Message }>({ query: LIVE, variables })) {
          if (errors) throw errors;
          this.apply(data!.liveMap);
        }
      } catch (error) {
        this.note(error);
      }
      await this.hangUp();
      if (this.isClosed) return;
      this.breaks += 1;
      await delay(100);
    }
  }

  /** A connection that did not come about fails once more when it is ended. */
  private async hangUp(): Promise<void> {
    await Promise.resolve(this.sockets?.dispose()).catch(() => undefined);
  }

  private apply(message: Message): void {
    if (message.sequence < this.sequence)
      this.journal.wrong(`the live map went back from ${this.sequence} to ${message.sequence}`);
    if (message.__typename === 'LiveMapSnapshot') {
      this.snapshots += 1;
      this.states = [...message.states];
    } else {
      if (message.since !== this.sequence)
        this.journal.wrong(`the live map goes on from ${message.since} after ${this.sequence}`);
      for (const change of message.changes.split(',').filter(Boolean))
        this.states[Number(change.slice(0, -1))] = change.at(-1)!;
    }
    this.sequence = message.sequence;
  }

  /** A broken connection is no finding; an answer that is not of the interface is one. */
  private note(error: unknown): void {
    const first = (Array.isArray(error) ? error[0] : undefined) as
      { message: string; extensions?: { code?: string } } | undefined;
    if (!first) return;
    const code = first.extensions?.code;
    if (code !== 'UNAVAILABLE' && code !== 'BUSY')
      this.journal.wrong(`the live map answered ${code}: ${first.message}`);
  }
}
