import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PubSub } from '#platform';
import { LiveMap, type LiveMapUpdate, liveMapChannel } from './live-map.js';

/** What a subscriber is told: everything, or what changed since the number before. */
export type LiveMapMessage = { kind: 'snapshot' | 'change' } & LiveMapUpdate;

/** A subscriber that has not taken so many messages is given a snapshot instead: memory stays bounded. */
const MOST_WAITING = 100;

/** The newest numbers that arrive for a bookable, until somebody takes them. */
class Inbox {
  private waiting: LiveMapUpdate[] = [];
  private wake: (() => void) | undefined;
  private closed = false;
  /** Something was missed: look into the database. */
  behind = false;

  deliver(update: LiveMapUpdate): void {
    if (this.waiting.length >= MOST_WAITING) this.lost();
    else this.waiting.push(update);
    this.wake?.();
  }

  lost(): void {
    this.waiting = [];
    this.behind = true;
    this.wake?.();
  }

  close(): void {
    this.closed = true;
    this.wake?.();
  }

  /** Waits for messages; `undefined` once closed. */
  async take(): Promise<LiveMapUpdate[] | undefined> {
    while (!this.closed && !this.behind && this.waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const taken = this.waiting;
    this.waiting = [];
    return this.closed ? undefined : taken;
  }
}

/** The subscribers of this process. Messages come from all processes through Redis; the database fills the gaps. */
@Injectable()
export class LiveMapHub implements OnModuleInit {
  private readonly inboxes = new Map<string, Set<Inbox>>();
  private readonly listening = new Map<string, Promise<void>>();

  constructor(
    private readonly liveMap: LiveMap,
    private readonly pubSub: PubSub,
  ) {}

  onModuleInit(): void {
    this.pubSub.onReconnect(() => {
      for (const inboxes of this.inboxes.values()) inboxes.forEach((inbox) => inbox.lost());
    });
  }

  /**
   * A snapshot and then every change, without a gap and without a repeat. A client that was away gives the last number
   * that it saw and gets what it missed, or a new snapshot when that is too long ago.
   */
  watch(bookableId: string, after?: number): AsyncIterableIterator<LiveMapMessage> {
    const inbox = new Inbox();
    const messages = this.messages(bookableId, inbox, after);
    return {
      next: () => messages.next(),
      // A generator that waits cannot be ended from outside: wake it first.
      return: async () => {
        inbox.close();
        return await messages.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  private async *messages(
    bookableId: string,
    inbox: Inbox,
    after: number | undefined,
  ): AsyncGenerator<LiveMapMessage, undefined> {
    // Listen before reading: what happens in between is in the inbox, and is skipped if the reading had it.
    await this.open(bookableId, inbox);
    try {
      let last = after ?? -1;
      let missed = true;
      for (;;) {
        if (missed) {
          inbox.behind = false;
          for (const message of await this.catchUp(bookableId, last)) {
            yield message;
            last = message.sequence;
          }
          missed = false;
        }
        const updates = await inbox.take();
        if (!updates) return undefined;
        missed = inbox.behind;
        for (const update of updates) {
          if (update.sequence <= last) continue;
          if (update.sequence > last + 1) {
            missed = true;
            break;
          }
          yield { kind: 'change', ...update };
          last = update.sequence;
        }
      }
    } finally {
      this.close(bookableId, inbox);
    }
  }

  private async catchUp(bookableId: string, last: number): Promise<LiveMapMessage[]> {
    const changes = last >= 0 ? await this.liveMap.changesAfter(bookableId, last) : undefined;
    if (changes) return changes.map((change) => ({ kind: 'change', ...change }));
    return [{ kind: 'snapshot', ...(await this.liveMap.snapshot(bookableId)) }];
  }

  private async open(bookableId: string, inbox: Inbox): Promise<void> {
    const inboxes = this.inboxes.get(bookableId) ?? new Set();
    this.inboxes.set(bookableId, inboxes.add(inbox));
    const listening =
      this.listening.get(bookableId) ??
      this.pubSub.subscribe(liveMapChannel(bookableId), (message) => {
        const update = JSON.parse(message) as LiveMapUpdate;
        this.inboxes.get(bookableId)?.forEach((each) => each.deliver(update));
      });
    this.listening.set(bookableId, listening);
    await listening;
  }

  private close(bookableId: string, inbox: Inbox): void {
    const inboxes = this.inboxes.get(bookableId);
    inboxes?.delete(inbox);
    if (inboxes?.size !== 0) return;
    this.inboxes.delete(bookableId);
    this.listening.delete(bookableId);
    void this.pubSub.unsubscribe(liveMapChannel(bookableId));
  }
}
