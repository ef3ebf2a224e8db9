import { join } from 'node:path';
import type { HoldWork, LoadResult, Slot } from '../load/plan.js';
import { tripsFor } from '../load/supply.js';

/** Trips with free seats for loads that take one seat after the other. More are made when they run out. */
export class Supply {
  readonly trips: string[] = [];
  readonly acknowledged: string[] = [];
  private next = 0;
  private rate = 0;

  constructor(
    private readonly name: string,
    private readonly folder: string,
    private readonly seats: string[],
    private readonly slots: Slot[],
    private readonly tokens: string[],
    private readonly make: (count: number) => Promise<string[]>,
    /** Requests a second that trips are made for, until it is known better. */
    private readonly expected: number,
  ) {}

  /** Work for so long at any rate that is to be expected. */
  async work(seconds: number): Promise<HoldWork> {
    const requests = this.next + seconds * Math.max(this.expected, this.rate * 2);
    const missing = tripsFor(requests, this.slots.length) - this.trips.length;
    if (missing > 0) this.trips.push(...(await this.make(missing)));
    const acknowledged = join(this.folder, `${this.name}-${this.acknowledged.length}.acknowledged`);
    this.acknowledged.push(acknowledged);
    const { trips, seats, slots, tokens, next: first } = this;
    return { kind: 'holds', order: 'in turn', givesUp: false, trips, seats, slots, tokens, first, acknowledged };
  }

  /** After the load. */
  took({ next, seconds, allAnswers }: LoadResult): void {
    this.next = next;
    const all = Object.values(allAnswers).reduce((sum, count) => sum + count, 0);
    if (seconds > 0) this.rate = Math.max(this.rate, all / seconds);
  }
}

/** One seat each: a third of the seats for the whole journey, a third in two parts, a third in three. */
export function singleSlots(seats: number, legs: number): Slot[] {
  const ways = [
    [0, legs],
    [0, 2, legs],
    [0, 1, legs - 1, legs],
  ];
  return Array.from({ length: seats }, (_, seat) => {
    const stops = ways[seat % ways.length]!;
    return stops.slice(1).map((to, index): Slot => ({ seats: [seat], from: stops[index]!, to }));
  }).flat();
}

/** Two, three and four seats side by side for the whole journey, in turn, until the seats are used up. */
export function partySlots(seats: number, legs: number): Slot[] {
  const slots: Slot[] = [];
  for (let seat = 0, size = 2; seats - seat >= size; size = size === 4 ? 2 : size + 1) {
    slots.push({ seats: Array.from({ length: size }, (_, index) => seat + index), from: 0, to: legs });
    seat += size;
  }
  return slots;
}

/** Every seat for the whole journey. */
export function wholeSlots(seats: number, legs: number): Slot[] {
  return Array.from({ length: seats }, (_, seat) => ({ seats: [seat], from: 0, to: legs }));
}
