import type { LegRange } from '#kernel';
import type { SeatLegs } from '../inventory/inventory-changes.js';
import { compactStates } from '../availability.js';
import { LiveMapChange, LiveMapSnapshot, changesOn } from './live-map.type.js';

/** At one time nearly all watchers need the same message; who has just come may need another. */
const MOST_REMEMBERED = 16;

/**
 * What everybody sees who watches the same journey. One message is one object for all of them, so that it is executed
 * and serialised once.
 */
export class JourneyView {
  private newest: LiveMapSnapshot | undefined;
  private readonly changes = new Map<string, LiveMapChange>();

  constructor(
    private readonly seatIds: string[],
    private readonly journey: LegRange,
  ) {}

  snapshot({ sequence, legs }: { sequence: number; legs: string[] }): LiveMapSnapshot {
    const states = compactStates(legs, this.journey);
    if (this.newest?.sequence !== sequence || this.newest.states !== states)
      this.newest = new LiveMapSnapshot(sequence, states, this.seatIds);
    return this.newest;
  }

  change({ since, sequence }: { since: number; sequence: number }, seats: () => SeatLegs[]): LiveMapChange {
    const key = `${since}-${sequence}`;
    const known = this.changes.get(key);
    if (known) return known;
    if (this.changes.size >= MOST_REMEMBERED) this.changes.clear();
    const change = new LiveMapChange(since, sequence, changesOn(seats(), this.journey), this.seatIds);
    this.changes.set(key, change);
    return change;
  }
}
