import type { Market } from './market.js';

/** When something was asked and when it was answered, in steps of the run. It took effect at some moment between. */
export interface Span {
  begin: number;
  end: number;
}

/** A seat, or a place in an area. */
export interface Wanted {
  seatId: string | null;
  areaId: string | null;
  tierId: string;
}

export interface Place extends Wanted {
  booking: Booking;
  /** One for each leg, and the tier's if that is limited. */
  slots: string[];
  held: Span;
  sold?: Span;
  freed?: Span;
}

export interface Ticket extends Wanted {
  id: string;
  givenBack?: Span;
}

/** A reservation, from what its passengers were told. */
export interface Booking {
  id: string;
  market: Market;
  from: number;
  to: number;
  places: Place[];
  createdAt: number;
  /** The latest end that was promised. */
  end: number;
  extensions: number;
  opened: Span;
  /** The step in which the clock reached the end. */
  lapsed?: number;
  cancelled?: Span;
  orderId?: string;
  ordered?: Span;
  paid?: Span;
  /** Paid back at once: its places were gone. */
  refused?: Span;
  tickets: Ticket[];
  /** What repeats the request. */
  key: string;
  requested: Wanted[];
}

export type BookingState = 'ACTIVE' | 'CONVERTED' | 'EXPIRED' | 'CANCELLED';

/** The union of two tellings of one thing: it began with the first, and was done when the first was answered. */
export const first = (one: Span | undefined, other: Span): Span =>
  one ? { begin: Math.min(one.begin, other.begin), end: Math.min(one.end, other.end) } : other;

/** The oracle: a bitmap of seats and legs, counters of areas and tiers, all from what was answered. */
export class Book {
  readonly bookings = new Map<string, Booking>();
  /** What each slot can take: 1 for a seat on a leg. */
  readonly capacity = new Map<string, number>();
  private readonly limited = new Set<string>();

  constructor(readonly markets: Market[]) {
    for (const { bookableId, legs, seats, areas, tiers } of markets) {
      for (let leg = 0; leg < legs; leg += 1) {
        for (const id of seats) this.capacity.set(slot(bookableId, id, leg), 1);
        for (const { id, capacity } of areas) this.capacity.set(slot(bookableId, id, leg), capacity);
      }
      for (const { id, quantity } of tiers)
        if (quantity !== null) {
          this.capacity.set(id, quantity);
          this.limited.add(id);
        }
    }
  }

  slots({ bookableId }: Market, from: number, to: number, { seatId, areaId, tierId }: Wanted): string[] {
    const legs = Array.from({ length: to - from }, (_, index) => slot(bookableId, (seatId ?? areaId)!, from + index));
    return this.limited.has(tierId) ? [...legs, tierId] : legs;
  }

  open(booking: Omit<Booking, 'places' | 'extensions' | 'tickets' | 'requested'>, wanted: Wanted[]): Booking {
    const known = this.bookings.get(booking.id);
    if (known) {
      // The same request, answered twice.
      known.opened = first(known.opened, booking.opened);
      known.createdAt = Math.min(known.createdAt, booking.createdAt);
      for (const place of known.places.slice(0, wanted.length)) place.held = known.opened;
      return known;
    }
    const opened: Booking = { ...booking, requested: wanted, places: [], extensions: 0, tickets: [] };
    this.add(opened, wanted, booking.opened);
    this.bookings.set(opened.id, opened);
    return opened;
  }

  add(booking: Booking, wanted: Wanted[], held: Span): void {
    for (const place of wanted)
      booking.places.push({
        ...place,
        booking,
        held,
        slots: this.slots(booking.market, booking.from, booking.to, place),
      });
  }

  /** Of equal places in an area the one that was taken first: they cannot be told apart. */
  free(booking: Booking, { seatId, areaId, tierId }: Wanted, freed: Span): void {
    const [place] = open(booking)
      .filter((one) => one.seatId === seatId && one.areaId === areaId && one.tierId === tierId)
      .toSorted((a, b) => a.held.end - b.held.end);
    if (place) place.freed = freed;
  }

  cancel(booking: Booking, at: Span): void {
    booking.cancelled = first(booking.cancelled, at);
    for (const place of booking.places) place.freed = first(place.freed, at);
  }

  /** The clock has come to `now`, in the step `at`. */
  lapse(now: number, at: number): void {
    for (const booking of this.bookings.values()) if (booking.end <= now) booking.lapsed ??= at;
  }

  state(booking: Booking, now: number): BookingState {
    if (booking.cancelled || open(booking).length === 0) return 'CANCELLED';
    if (booking.paid) return 'CONVERTED';
    return booking.end <= now ? 'EXPIRED' : 'ACTIVE';
  }

  /** Who has what now: nobody asks while something is under way. */
  usage(now: number): Map<string, Place[]> {
    const usage = new Map<string, Place[]>();
    for (const booking of this.bookings.values()) {
      const state = this.state(booking, now);
      if (state !== 'ACTIVE' && state !== 'CONVERTED') continue;
      for (const place of open(booking))
        for (const name of place.slots) usage.set(name, [...(usage.get(name) ?? []), place]);
    }
    return usage;
  }

  /** Forgets what can never be asked for again. Between two rounds. */
  tidy(now: number): void {
    for (const booking of this.bookings.values()) {
      const state = this.state(booking, now);
      if (state === 'ACTIVE') booking.lapsed = undefined;
      // A passenger who checked out may still pay, long after the end.
      const mayReturn = state === 'EXPIRED' && booking.orderId && !booking.refused && now - booking.end < 40 * 60_000;
      if (state !== 'ACTIVE' && state !== 'CONVERTED' && !mayReturn) this.bookings.delete(booking.id);
    }
  }
}

export const open = ({ places }: Booking): Place[] => places.filter(({ freed }) => !freed);

const slot = (bookableId: string, id: string, leg: number): string => `${bookableId}/${id}/${leg}`;
