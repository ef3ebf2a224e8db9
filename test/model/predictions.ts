import { type Book, type Booking, type Wanted, open } from './book.js';
import type { Answer } from './desk.js';
import { CAP_MINUTES, HOLD_MINUTES, MOST_EXTENSIONS, type Market } from './market.js';
import type { Plan } from './plans.js';

/** What the oracle says will be answered. */
export interface Prediction {
  name: string;
  /** All seats that are taken: the answer names some of them. */
  taken?: string[];
  left?: number;
  /** When the reservation ends. */
  end?: number;
  orderState?: string;
}

const MINUTE = 60_000;

/** Nothing else is under way: there is one right answer. */
export function predict(book: Book, plan: Plan, now: number): Prediction {
  switch (plan.kind) {
    case 'advance':
    case 'sweep':
    case 'repeat':
      return { name: 'done' };
    case 'reserve':
      return shortage(book, plan.market, plan.from, plan.to, plan.wanted, now) ?? until(now + HOLD_MINUTES * MINUTE);
    case 'add': {
      const { booking } = plan;
      const { market, from, to, end } = booking;
      return closed(book, booking, now) ?? shortage(book, market, from, to, plan.wanted, now) ?? until(end);
    }
    case 'remove':
      return closed(book, plan.booking, now) ?? until(plan.booking.end);
    case 'extend':
      return extension(book, plan.booking, now);
    case 'cancel': {
      const state = book.state(plan.booking, now);
      return state === 'ACTIVE' || state === 'CANCELLED' ? { name: 'done' } : { name: 'ReservationEnded' };
    }
    case 'check-out':
      return book.state(plan.booking, now) === 'ACTIVE'
        ? { name: 'done', orderState: 'PENDING' }
        : { name: 'ReservationEnded' };
    case 'pay':
      return { name: 'done', orderState: payment(book, plan.booking, now) };
    case 'give-back':
      return { name: plan.ticket.givenBack ? 'TicketNotValid' : 'done' };
  }
}

/** @returns what is wrong with the answer */
export function compare(expected: Prediction, { name, seatIds, left, reservation, order }: Answer): string | undefined {
  const differs =
    name !== expected.name ||
    (expected.taken && (seatIds!.length === 0 || seatIds!.some((id) => !expected.taken!.includes(id)))) ||
    left !== expected.left ||
    (expected.end !== undefined && reservation!.expiresAt.getTime() !== expected.end) ||
    (expected.orderState !== undefined && order!.state !== expected.orderState);
  if (!differs) return undefined;
  const answer = { name, seatIds, left, end: reservation?.expiresAt.getTime(), order };
  return `answered ${JSON.stringify(answer)}, the oracle says ${JSON.stringify(expected)}`;
}

const until = (end: number): Prediction => ({ name: 'done', end });

function closed(book: Book, booking: Booking, now: number): Prediction | undefined {
  if (book.state(booking, now) !== 'ACTIVE') return { name: 'ReservationEnded' };
  return booking.orderId ? { name: 'AlreadyCheckedOut' } : undefined;
}

function shortage(
  book: Book,
  market: Market,
  from: number,
  to: number,
  wanted: Wanted[],
  now: number,
): Prediction | undefined {
  const usage = book.usage(now);
  const left = (slot: string): number => book.capacity.get(slot)! - (usage.get(slot)?.length ?? 0);
  const legsOf = (place: Wanted): string[] =>
    book.slots(market, from, to, place).filter((name) => name !== place.tierId);
  const taken = wanted.filter((place) => place.seatId !== null && legsOf(place).some((name) => left(name) < 1));
  if (taken.length > 0) return { name: 'SeatTaken', taken: taken.map(({ seatId }) => seatId!) };
  for (const areaId of new Set(wanted.flatMap((place) => place.areaId ?? []))) {
    const ofArea = wanted.filter((place) => place.areaId === areaId);
    const least = Math.min(...legsOf(ofArea[0]!).map(left));
    if (ofArea.length > least) return { name: 'AreaFull', left: least };
  }
  for (const tierId of new Set(wanted.map((place) => place.tierId))) {
    if (!book.capacity.has(tierId)) continue;
    if (wanted.filter((place) => place.tierId === tierId).length > left(tierId))
      return { name: 'TierSoldOut', left: left(tierId) };
  }
  return undefined;
}

function extension(book: Book, booking: Booking, now: number): Prediction {
  if (book.state(booking, now) !== 'ACTIVE') return { name: 'ReservationEnded' };
  const end = Math.min(now + HOLD_MINUTES * MINUTE, booking.createdAt + CAP_MINUTES * MINUTE);
  return booking.extensions >= MOST_EXTENSIONS || end <= booking.end ? { name: 'LimitExceeded' } : until(end);
}

/** In time it buys, late it buys when everything is free. */
function payment(book: Book, booking: Booking, now: number): string {
  const state = book.state(booking, now);
  if (state === 'ACTIVE') return 'PAID';
  if (state === 'CANCELLED') return 'REFUNDED';
  const { market, from, to } = booking;
  return shortage(book, market, from, to, open(booking), now) ? 'REFUNDED' : 'PAID';
}
