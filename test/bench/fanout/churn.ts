import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { commitTime } from '../data/inventory-tables.js';
import type { Server } from '../ground/server.js';
import { type Held, giveUp, hold } from '../scenarios/market.js';

/** A seat that came to be held or free, and when that was committed, in ms of the epoch. */
export interface SeatChange {
  seatId: string;
  state: 'HELD' | 'FREE';
  at: number;
}

/** So many seats are held at a time: a seat is given up only some seconds after it was taken. */
const HELD_AT_A_TIME = 25;

/** Passengers who take and give up seats of one trip, as people come: by chance, whatever the answers take. */
export class Churn {
  private readonly free: string[];
  private readonly held: { seatId: string; held: Held }[] = [];

  constructor(
    private readonly api: Server,
    private readonly db: Client,
    private readonly trip: string,
    seatIds: string[],
  ) {
    this.free = [...seatIds];
  }

  /** @returns the changes, when all are answered */
  async run(ratePerSecond: number, seconds: number): Promise<SeatChange[]> {
    const began = performance.now();
    const changes: Promise<SeatChange>[] = [];
    for (let due = began; due < began + seconds * 1000; due += (-Math.log(1 - Math.random()) * 1000) / ratePerSecond) {
      await delay(Math.max(0, due - performance.now()));
      const oldest = this.held.length >= HELD_AT_A_TIME ? this.held.shift() : undefined;
      const change = oldest ? this.freed(oldest) : this.taken();
      if (change) changes.push(change);
    }
    return await Promise.all(changes);
  }

  private taken(): Promise<SeatChange> | undefined {
    const seatId = this.free.shift();
    if (!seatId) return undefined;
    return (async () => {
      const held = await hold(this.api, this.trip, [seatId]);
      const at = await commitTime(this.db, held.id);
      this.held.push({ seatId, held });
      return { seatId, state: 'HELD', at };
    })();
  }

  private async freed({ seatId, held }: { seatId: string; held: Held }): Promise<SeatChange> {
    await giveUp(this.api, held);
    const at = await commitTime(this.db, held.id);
    this.free.push(seatId);
    return { seatId, state: 'FREE', at };
  }
}
