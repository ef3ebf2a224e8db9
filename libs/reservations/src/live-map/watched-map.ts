import { setImmediate } from 'node:timers/promises';
import type { LegRange } from '#kernel';
import type { InventoryChange } from '../inventory/inventory-changes.js';
import { JourneyView } from './journey-view.js';
import { KnownSeats } from './known-seats.js';
import type { LiveMapMessage } from './live-map.type.js';
import type { Watcher } from './watcher.js';

/** What changes within it is told at once, each seat as it is in the end. */
const WINDOW_MS = 50;

/** After so many messages others get their turn: a few milliseconds. */
const TOLD_AT_ONCE = 250;

/** What a watched map asks the database. */
export interface MapSource {
  /** By ordinal. */
  seatIds(bookableId: string): Promise<string[]>;
  read(bookableId: string): Promise<{ sequence: number; legs: string[] }>;
  changesAfter(bookableId: string, sequence: number): Promise<InventoryChange>;
  /** Reading failed although nobody waits for it; it is tried again soon. */
  warn(error: unknown): void;
}

/**
 * A bookable that somebody watches in this process. A watcher begins with what the database says; from then on it is
 * told, at most once in a window, all that changed since what it was told last. So a burst is one message for all, and
 * it does not matter who began when, or what else happened meanwhile.
 */
export class WatchedMap {
  private known = new KnownSeats();
  private readonly watchers = new Set<Watcher>();
  private readonly views = new Map<string, JourneyView>();
  private readonly resumptions = new Map<number, Promise<InventoryChange>>();
  private seatIds: string[] = [];
  private opened: Promise<void> | undefined;
  private round: NodeJS.Timeout | undefined;
  private patience: NodeJS.Timeout | undefined;
  private isTelling = false;
  private isDue = false;
  private isCatchingUp = false;
  private toldAt = -Infinity;

  constructor(
    private readonly bookableId: string,
    private readonly source: MapSource,
    private readonly onEmpty: () => void,
  ) {}

  get sequence(): number {
    return this.known.sequence;
  }

  get watcherCount(): number {
    return this.watchers.size;
  }

  enter(watcher: Watcher, after?: number): void {
    this.watchers.add(watcher);
    void this.begin(watcher, after);
  }

  leave(watcher: Watcher): void {
    if (this.watchers.delete(watcher) && this.watchers.size === 0) this.close();
  }

  close(): void {
    clearTimeout(this.round);
    clearTimeout(this.patience);
    this.watchers.clear();
    this.onEmpty();
  }

  /** Gives the watcher its first message: what it missed after a number, or a snapshot. */
  async begin(watcher: Watcher, after?: number): Promise<void> {
    if (watcher.isStarting) return;
    watcher.isStarting = true;
    try {
      for (;;) {
        await this.open();
        const message = await this.first(this.viewOf(watcher.journey), after);
        if (!this.watchers.has(watcher)) return;
        // Opened again meanwhile, or the database has gone back in time: what follows is not known from there on.
        if (message.sequence < this.known.base) this.beginAnew();
        else {
          watcher.isStarting = false;
          watcher.tell(message);
          if (message.sequence < this.known.sequence) this.schedule();
          return;
        }
      }
    } catch (error) {
      watcher.fail(error);
    }
  }

  /** From a commit of this process or another, in any order. */
  changed(change: InventoryChange): void {
    const wasUntouched = this.known.sequence === 0;
    if (this.known.sequence >= 0 && !this.known.fits(change)) return this.beginAnew();
    if (this.known.apply(change)) this.schedule();
    // Until the first reservation an import may have given it another seat map.
    if (wasUntouched) void this.checkSeats();
    this.waitForMissing();
  }

  /** What the database says. @param then what was known here before the database was asked */
  compare(sequence: number, then: number): void {
    if (then < 0) return;
    if (sequence < then) this.beginAnew();
    else if (sequence > this.known.sequence) void this.catchUp();
  }

  private async open(): Promise<void> {
    this.opened ??= this.load();
    try {
      await this.opened;
    } catch (error) {
      this.opened = undefined;
      throw error;
    }
  }

  private async load(): Promise<void> {
    this.seatIds = await this.source.seatIds(this.bookableId);
    this.known.reset(await this.source.read(this.bookableId));
    this.views.clear();
    this.waitForMissing();
  }

  /** The change before one that has come is probably under way. */
  private waitForMissing(): void {
    if (this.known.sequence < 0 || !this.known.isMissingSome) return;
    this.patience ??= setTimeout(() => {
      this.patience = undefined;
      if (this.known.isMissingSome) void this.catchUp();
    }, WINDOW_MS);
  }

  /** Everybody gets a snapshot. */
  private beginAnew(): void {
    this.opened = undefined;
    this.known = new KnownSeats();
    for (const watcher of this.watchers) {
      watcher.at = undefined;
      watcher.restart();
    }
  }

  private async checkSeats(): Promise<void> {
    try {
      const seatIds = await this.source.seatIds(this.bookableId);
      if (seatIds.join() !== this.seatIds.join()) this.beginAnew();
    } catch (error) {
      this.source.warn(error);
    }
  }

  private viewOf(journey: LegRange): JourneyView {
    const key = `${journey.from}-${journey.to}`;
    const view = this.views.get(key) ?? new JourneyView(this.seatIds, journey);
    this.views.set(key, view);
    return view;
  }

  private async first(view: JourneyView, after = -1): Promise<LiveMapMessage> {
    if (after >= 0) {
      const isKnown = after >= this.known.base && after <= this.known.sequence;
      const change = isKnown ? this.known.after(after) : await this.resumption(after);
      const isWorthIt = change.sequence >= after && change.seats.length * 2 <= this.known.count;
      if (isWorthIt) return view.change(change, () => change.seats);
    }
    return view.snapshot(await this.source.read(this.bookableId));
  }

  /** Shared by all who were told the same last, such as those of a process that was stopped. */
  private async resumption(after: number): Promise<InventoryChange> {
    const asked =
      this.resumptions.get(after) ??
      this.source.changesAfter(this.bookableId, after).finally(() => this.resumptions.delete(after));
    this.resumptions.set(after, asked);
    return await asked;
  }

  private async catchUp(): Promise<void> {
    if (this.isCatchingUp) return;
    this.isCatchingUp = true;
    try {
      this.changed(await this.source.changesAfter(this.bookableId, this.known.sequence));
    } catch (error) {
      this.source.warn(error);
    } finally {
      this.isCatchingUp = false;
    }
  }

  private schedule(): void {
    this.isDue = true;
    if (this.isTelling || this.round) return;
    const wait = this.toldAt + WINDOW_MS - performance.now();
    this.round = setTimeout(() => void this.tellAll(), Math.max(0, Math.ceil(wait)));
  }

  private async tellAll(): Promise<void> {
    this.round = undefined;
    this.toldAt = performance.now();
    this.isTelling = true;
    this.isDue = false;
    let told = 0;
    for (const watcher of this.watchers) {
      if (watcher.at === undefined || watcher.at >= this.known.sequence) continue;
      const since = watcher.at;
      const view = this.viewOf(watcher.journey);
      const change = view.change({ since, sequence: this.known.sequence }, () => this.known.after(since).seats);
      // Places without numbers changed; the next message about seats tells of that, too.
      if (change.isEmpty) continue;
      watcher.tell(change);
      told += 1;
      if (told % TOLD_AT_ONCE === 0) await setImmediate();
    }
    this.isTelling = false;
    if (this.isDue) this.schedule();
  }
}
