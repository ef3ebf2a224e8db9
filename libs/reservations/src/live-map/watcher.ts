import type { SharedStream, SharedSubscriber } from '#platform';
import type { LegRange } from '#kernel';
import type { LiveMapMessage } from './live-map.type.js';

/** What a watcher looks at. */
interface Watched {
  begin(watcher: Watcher): Promise<void>;
  leave(watcher: Watcher): void;
}

/** A subscriber of a live map, and how far it has been told. */
export class Watcher implements SharedStream {
  /** The last number that it was told; `undefined` while it waits for a first message. */
  at: number | undefined;
  isStarting = false;

  constructor(
    private readonly map: Watched,
    readonly journey: LegRange,
    private readonly subscriber: SharedSubscriber<LiveMapMessage>,
  ) {}

  tell(message: LiveMapMessage): void {
    this.at = this.subscriber.take(message) ? message.sequence : undefined;
  }

  fail(error: unknown): void {
    this.map.leave(this);
    this.subscriber.fail(error);
  }

  restart(): void {
    void this.map.begin(this);
  }

  close(): void {
    this.map.leave(this);
  }
}
