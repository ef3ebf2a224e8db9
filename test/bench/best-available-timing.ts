import { performance } from 'node:perf_hooks';
import {
  type PlannedSeat,
  type SeatPlan,
  type Wish,
  bestAvailable,
  seatPlan,
} from '../../libs/reservations/src/best-available.js';
import { numbersFrom } from './best-available-demand.js';
import { coach } from './best-available-rules.js';

export interface Timing {
  what: string;
  /** Microseconds. */
  median: number;
  p99: number;
}

/** A hundred rows of fifty, two aisles, the first row without steps. */
function hall(): PlannedSeat[] {
  return Array.from({ length: 5_000 }, (_, ordinal) => {
    const [row, seat] = [Math.floor(ordinal / 50), ordinal % 50];
    const columnNumber = seat + 1 + (seat >= 15 ? 1 : 0) + (seat >= 35 ? 1 : 0);
    return {
      ordinal,
      label: `${row + 1}-${seat + 1}`,
      rowNumber: row + 1,
      columnNumber,
      position: 'MIDDLE',
      category: 'standard',
      accessible: row === 0,
    };
  });
}

/** Half of each seat's legs taken, in pieces of up to ten. */
function someLegs(count: number, number: () => number): string {
  let legs = '';
  while (legs.length < count) legs += (number() < 0.5 ? 's' : '.').repeat(1 + Math.floor(number() * 10));
  return legs.slice(0, count);
}

/** How long one choice takes, on a coach with 60 legs and in a hall of 5,000, each with seats taken at random. */
export function timings(): Timing[] {
  const number = numbersFrom(49);
  const trip = { plan: seatPlan(coach, 'vehicle'), legs: () => coach.map(() => someLegs(60, number)) };
  const seats = hall();
  const event = (taken: number): { plan: SeatPlan; legs: () => string[] } => ({
    plan: seatPlan(seats, 'hall'),
    legs: () => seats.map(() => (number() < taken ? 's' : '.')),
  });
  const cases: [string, { plan: SeatPlan; legs: () => string[] }, Wish, number][] = [
    ['coach, 60 legs, 1 seat', trip, { count: 1 }, 500],
    ['coach, 60 legs, 2 seats', trip, { count: 2 }, 500],
    ['coach, 60 legs, 4 seats', trip, { count: 4 }, 500],
    ['coach, 60 legs, 8 seats', trip, { count: 8 }, 500],
    ['hall of 5,000, half taken, 2 seats', event(0.5), { count: 2 }, 60],
    ['hall of 5,000, half taken, 4 seats', event(0.5), { count: 4 }, 60],
    ['hall of 5,000, half taken, 2 seats, 1 accessible', event(0.5), { count: 2, accessible: 1 }, 60],
    ['hall of 5,000, 95 % taken, 2 seats', event(0.95), { count: 2 }, 60],
    ['hall of 5,000, 95 % taken, 4 seats', event(0.95), { count: 4 }, 60],
    ['hall of 5,000, 95 % taken, 10 seats', event(0.95), { count: 10 }, 60],
  ];
  return cases.map(([what, { plan, legs }, wish, times]) => {
    const taken = Array.from({ length: times }, () => {
      const now = legs();
      const from = plan.extent.toRow > 50 ? 0 : Math.floor(number() * 50);
      const began = performance.now();
      bestAvailable(plan, now, { from, to: from + 1 + (now[0]!.length > 1 ? Math.floor(number() * 8) : 0) }, wish);
      return 1000 * (performance.now() - began);
    }).toSorted((a, b) => a - b);
    return { what, median: taken[taken.length >> 1]!, p99: taken[Math.floor(taken.length * 0.99)]! };
  });
}
