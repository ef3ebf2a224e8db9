import { newId } from '#kernel';
import { type Book, type Booking, type Ticket, type Wanted, open } from './book.js';
import type { Dice } from './dice.js';
import type { Market } from './market.js';

/** What somebody is about to do. */
export type Plan =
  | { kind: 'reserve'; market: Market; from: number; to: number; wanted: Wanted[]; key: string; twice: boolean }
  | { kind: 'repeat'; booking: Booking; wanted: Wanted[] }
  | { kind: 'add'; booking: Booking; wanted: Wanted[] }
  | { kind: 'remove'; booking: Booking; wanted: Wanted[] }
  | { kind: 'extend' | 'cancel' | 'check-out' | 'pay'; booking: Booking }
  | { kind: 'give-back'; booking: Booking; ticket: Ticket }
  | { kind: 'advance'; minutes: number }
  | { kind: 'sweep' };

const WEIGHTS = {
  reserve: 54,
  add: 8,
  remove: 7,
  extend: 6,
  cancel: 5,
  'check-out': 5,
  pay: 6,
  'give-back': 5,
  repeat: 2,
  advance: 4,
  sweep: 1,
};

/** Mostly what makes sense, sometimes what has become impossible: a refusal is an answer too. */
export function choose(dice: Dice, book: Book, now: number): Plan {
  const bookings = [...book.bookings.values()];
  const kind = dice.weighted(WEIGHTS);
  const pickOf = (fits: (booking: Booking) => boolean): Booking | undefined => {
    const fitting = dice.percent(90) ? bookings.filter(fits) : bookings;
    return fitting.length > 0 ? dice.pick(fitting) : undefined;
  };
  const isOpen = (booking: Booking): boolean => book.state(booking, now) === 'ACTIVE' && !booking.orderId;
  switch (kind) {
    case 'advance':
      return { kind, minutes: dice.percent(70) ? dice.between(1, 4) : dice.between(5, 16) };
    case 'sweep':
      return { kind };
    case 'add': {
      const booking = pickOf(isOpen);
      if (booking) return { kind, booking, wanted: places(dice, booking.market, dice.between(1, 2)) };
      break;
    }
    case 'remove': {
      const booking = pickOf(isOpen);
      if (booking && open(booking).length > 0) return { kind, booking, wanted: [dice.pick(open(booking))] };
      break;
    }
    case 'extend':
    case 'cancel':
    case 'check-out': {
      const booking = pickOf((one) => book.state(one, now) === 'ACTIVE');
      if (booking) return { kind, booking };
      break;
    }
    case 'pay': {
      const unpaid = bookings.filter(({ orderId, paid, refused }) => orderId && !paid && !refused);
      if (unpaid.length > 0) return { kind, booking: dice.pick(unpaid) };
      break;
    }
    case 'give-back': {
      const booking = pickOf((one) => book.state(one, now) === 'CONVERTED');
      if (booking && booking.tickets.length > 0) return { kind, booking, ticket: dice.pick(booking.tickets) };
      break;
    }
    case 'repeat': {
      const booking = pickOf((one) => one.requested.length > 0);
      if (booking) return { kind, booking, wanted: booking.requested };
      break;
    }
    case 'reserve':
  }
  const market = dice.pick(book.markets);
  const from = dice.upTo(market.legs);
  const to = dice.between(from + 1, market.legs);
  const wanted = places(dice, market, dice.between(1, 4));
  return { kind: 'reserve', market, from, to, wanted, key: newId(), twice: dice.percent(4) };
}

function places(dice: Dice, market: Market, count: number): Wanted[] {
  const standing = dice.percent(25) ? dice.between(1, count) : 0;
  const tierId = (): string => (dice.percent(30) ? market.tiers[1]! : market.tiers[0]!).id;
  return [
    ...dice.some(market.seats, count - standing).map((seatId) => ({ seatId, areaId: null, tierId: tierId() })),
    ...Array.from({ length: standing }, () => ({ seatId: null, areaId: dice.pick(market.areas).id, tierId: tierId() })),
  ];
}
