import type { Book, Booking, Place, Span } from './book.js';
import type { Answer } from './desk.js';
import type { Plan } from './plans.js';

/** A request and its answer, with what was known when it began. */
export interface Operation {
  plan: Plan;
  span: Span;
  /** Which application was asked. */
  desk: number;
  beganMs: number;
  endedMs: number;
  /** The virtual time at both ends. */
  clock: Span;
  answer: Answer;
  /** Of the reservation, when it began. */
  endBefore: number;
  extensionsBefore: number;
  placesBefore: Place[];
}

/** Operations between two moments at which nothing is under way. */
export class Round {
  readonly operations: Operation[] = [];
  private readonly advances: { step: number; now: number }[] = [];
  private readonly places = new Map<string, Place[]>();

  constructor(
    readonly book: Book,
    private readonly startedAt: number,
  ) {}

  advanced(step: number, now: number): void {
    this.advances.push({ step, now });
  }

  /** When all has been answered. */
  close(): void {
    for (const { places } of this.book.bookings.values())
      for (const place of places)
        for (const slot of place.slots) this.places.set(slot, [...(this.places.get(slot) ?? []), place]);
  }

  /** Holders of a slot who may have had it at some moment of the span. */
  possible(slot: string, { begin, end }: Span, except?: Booking): Place[] {
    return (this.places.get(slot) ?? []).filter(({ booking, held, sold, freed }) => {
      if (booking === except) return false;
      const gone = freed?.end ?? Infinity;
      return (
        (held.begin <= end && Math.min(gone, this.lapse(booking)) >= begin) ||
        (sold !== undefined && sold.begin <= end && gone >= begin)
      );
    });
  }

  /** Holders of a slot who certainly have it in a step. */
  certain(slot: string, step: number): Place[] {
    return (this.places.get(slot) ?? []).filter(({ booking, held, sold, freed }) => {
      const gone = freed?.begin ?? Infinity;
      return (
        (held.end <= step && step < Math.min(gone, booking.lapsed ?? Infinity)) ||
        (sold !== undefined && sold.end <= step && step < gone)
      );
    });
  }

  /** Who had a slot and when, for whoever looks for the mistake. */
  story(slot: string): string {
    const span = (one?: Span): string => (one ? `${one.begin}-${one.end}` : 'never');
    const holders = (this.places.get(slot) ?? []).map(
      ({ booking, held, sold, freed }) =>
        `${booking.id} held ${span(held)}, lapsed ${this.lapse(booking)}, sold ${span(sold)}, freed ${span(freed)}`,
    );
    return `${slot}: ${holders.join(' | ') || 'nobody'}`;
  }

  /** Other operations of a reservation that were done, and may have been done before the end of this one. */
  others(operation: Operation, booking: Booking, kind: Plan['kind']): Operation[] {
    return this.operations.filter(
      (other) =>
        other !== operation &&
        other.plan.kind === kind &&
        'booking' in other.plan &&
        other.plan.booking === booking &&
        other.answer.name === 'done' &&
        other.span.begin <= operation.span.end,
    );
  }

  /** The last step in which a hold may have been alive, by the latest end that anybody was told. */
  private lapse({ end }: Booking): number {
    if (end <= this.startedAt) return -1;
    return this.advances.find(({ now }) => now >= end)?.step ?? Infinity;
  }
}
