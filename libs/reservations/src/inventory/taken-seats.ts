import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { of } from './hold-decisions.js';
import type { HoldRequest, TakenSeat } from './hold-request.js';
import { InventoryChanges } from './inventory-changes.js';

/** So long a loser is answered from what the database said about the seat last; then it is asked again. */
const TRUSTED_MS = 100;
const MOST = 50_000;

interface Known {
  legs: string;
  until: number | null;
  /** When the database said so, in milliseconds of the process. */
  at: number;
}

/**
 * Seats that were taken a moment ago, in memory: in a rush for the last seats the losers are most, and need no
 * database. It only ever refuses, only for a tenth of a second after the database did, and never after a hold's end.
 */
@Injectable()
export class TakenSeats {
  private readonly known = new Map<string, Known>();

  constructor(
    changes: InventoryChanges,
    private readonly clock: Clock,
  ) {
    // What was committed anywhere is newer than what is remembered.
    changes.onChange(({ bookableId, seats }) => {
      for (const { ordinal } of seats) this.known.delete(of(bookableId, ordinal));
    });
  }

  /** The database has just refused these. */
  remember(bookableId: string, seats: TakenSeat[]): void {
    if (this.known.size > MOST) this.known.clear();
    for (const { ordinal, legs, until } of seats)
      this.known.set(of(bookableId, ordinal), {
        // Sold where it was wanted: of its other legs it is not known when they are free.
        legs: until === null ? legs.replaceAll('h', '.') : legs,
        until,
        at: performance.now(),
      });
  }

  /** Those of a request that are surely taken; `undefined` when the database must be asked. */
  of({
    bookableId,
    places,
    legs: { from, to },
  }: Pick<HoldRequest, 'bookableId' | 'places' | 'legs'>): TakenSeat[] | undefined {
    const trusted = performance.now() - TRUSTED_MS;
    const now = this.clock.now().getTime();
    const taken = places.flatMap(({ ordinal }) => {
      const seat = ordinal === null ? undefined : this.known.get(of(bookableId, ordinal));
      if (!seat || ordinal === null || seat.at < trusted) return [];
      if (!/[hs]/.test(seat.legs.slice(from, to)) || (seat.until !== null && seat.until <= now)) return [];
      return [{ ordinal, legs: seat.legs, until: seat.until }];
    });
    return taken.length > 0 ? taken : undefined;
  }
}
