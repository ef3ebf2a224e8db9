import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import type { LegRange } from '#kernel';
import { Database, LOG, PubSub, SharedSource, type SharedStream, type SharedSubscriber } from '#platform';
import { InventoryChanges } from '../inventory/inventory-changes.js';
import { SeatStates } from '../inventory/seat-states.js';
import type { LiveMapMessage } from './live-map.type.js';
import { type MapSource, WatchedMap } from './watched-map.js';
import { Watcher } from './watcher.js';

/** Messages between processes may be lost; so often what is watched is compared with the database. */
const COMPARE_MS = 2_000;

/** The live maps that are watched in this process. */
@Injectable()
export class LiveMapHub implements OnModuleInit, OnModuleDestroy {
  private readonly maps = new Map<string, WatchedMap>();
  private readonly source: MapSource;
  private timer: NodeJS.Timeout | undefined;
  private isComparing = false;

  constructor(
    database: Database,
    private readonly states: SeatStates,
    private readonly changes: InventoryChanges,
    private readonly pubSub: PubSub,
    @Inject(LOG) log: Pino,
  ) {
    this.source = {
      seatIds: async (bookableId) => {
        const seats = await database.query<{ id: string }>(
          `SELECT s.id FROM bookables b JOIN seats s ON s.seat_map_id = b.seat_map_id WHERE b.id = $1 ORDER BY s.ordinal`,
          [bookableId],
        );
        return seats.map(({ id }) => id);
      },
      read: async (bookableId) => await states.read(bookableId),
      changesAfter: async (bookableId, sequence) => await states.changesAfter(bookableId, sequence),
      warn: (error) =>
        log.warn({ err: error }, 'a live map could not be compared with the database; it is tried again'),
    };
  }

  onModuleInit(): void {
    this.changes.onChange((change) => this.maps.get(change.bookableId)?.changed(change));
    this.pubSub.onReconnect(() => void this.compare());
    this.timer = setInterval(() => void this.compare(), COMPARE_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.maps.forEach((map) => map.close());
  }

  /** What is watched at this moment. */
  get counts(): { bookables: number; watchers: number } {
    const maps = [...this.maps.values()];
    return { bookables: maps.length, watchers: maps.reduce((sum, { watcherCount }) => sum + watcherCount, 0) };
  }

  /**
   * A snapshot and then every change, without a gap and without a repeat. A client that was away gives the last number
   * that it saw and gets what changed since, or a snapshot when that is too much or the number is not known.
   */
  watch(bookableId: string, journey: LegRange, after?: number): SharedSource<LiveMapMessage> {
    return new LiveMapSource((subscriber) => this.enter(bookableId, journey, after, subscriber));
  }

  private enter(
    bookableId: string,
    journey: LegRange,
    after: number | undefined,
    subscriber: SharedSubscriber<LiveMapMessage>,
  ): SharedStream {
    const map = this.maps.get(bookableId) ?? this.open(bookableId);
    const watcher = new Watcher(map, journey, subscriber);
    map.enter(watcher, after);
    return watcher;
  }

  private open(bookableId: string): WatchedMap {
    const map = new WatchedMap(bookableId, this.source, () => this.maps.delete(bookableId));
    this.maps.set(bookableId, map);
    return map;
  }

  private async compare(): Promise<void> {
    if (this.isComparing || this.maps.size === 0) return;
    this.isComparing = true;
    try {
      const then = new Map(Array.from(this.maps, ([id, map]) => [id, map.sequence]));
      for (const [id, sequence] of await this.states.sequences([...then.keys()]))
        this.maps.get(id)?.compare(sequence, then.get(id)!);
    } catch (error) {
      this.source.warn(error);
    } finally {
      this.isComparing = false;
    }
  }
}

class LiveMapSource extends SharedSource<LiveMapMessage> {
  constructor(override readonly open: (subscriber: SharedSubscriber<LiveMapMessage>) => SharedStream) {
    super();
  }
}
