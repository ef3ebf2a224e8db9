import type { InventoryChange, SeatLegs } from '../inventory/inventory-changes.js';

/** Changes that wait for the ones before them. More than this are read from the database. */
const MOST_EARLY = 1_000;

type Change = Omit<InventoryChange, 'bookableId'>;

/**
 * The seats of a bookable as this process knows them: a snapshot, and every change since. Changes may come twice, in
 * any order, or never; nothing is taken up before everything that came before it.
 */
export class KnownSeats {
  /** From this number on it can be told what changed since. */
  base = -1;
  /** Up to this number nothing is missing. */
  sequence = -1;
  private legs: string[] = [];
  /** By ordinal: the number up to which the seat is as it is. */
  private changed: number[] = [];
  private early: Change[] = [];

  /** Begins anew. Changes that came before this and are newer are taken up. */
  reset({ sequence, legs }: { sequence: number; legs: string[] }): void {
    this.base = this.sequence = sequence;
    this.legs = [...legs];
    this.changed = legs.map(() => sequence);
    this.takeUpEarly();
  }

  get count(): number {
    return this.legs.length;
  }

  /** Something is known of which the beginning is not. */
  get isMissingSome(): boolean {
    return this.early.length > 0;
  }

  /** Whether it is about these seats, and not about those of another seat map. */
  fits({ seats }: Change): boolean {
    return seats.every(({ ordinal, legs }) => this.legs[ordinal]?.length === legs.length);
  }

  /** @returns whether more is known than before */
  apply(change: Change): boolean {
    if (change.sequence <= this.sequence) return false;
    if (this.sequence < 0 || change.since > this.sequence) {
      if (this.early.length < MOST_EARLY) this.early.push(change);
      return false;
    }
    this.write(change);
    this.takeUpEarly();
    return true;
  }

  /** What changed after a number, which must not be older than the base. */
  after(since: number): Change {
    const seats: SeatLegs[] = [];
    for (const [ordinal, changed] of this.changed.entries())
      if (changed > since) seats.push({ ordinal, legs: this.legs[ordinal]! });
    return { since, sequence: this.sequence, seats };
  }

  private takeUpEarly(): void {
    for (;;) {
      this.early = this.early.filter(({ sequence }) => sequence > this.sequence);
      const next = this.early.find((change) => change.since <= this.sequence && this.fits(change));
      if (!next) return;
      this.write(next);
    }
  }

  private write({ sequence, seats }: Change): void {
    this.sequence = sequence;
    for (const { ordinal, legs } of seats) {
      this.legs[ordinal] = legs;
      this.changed[ordinal] = sequence;
    }
  }
}
