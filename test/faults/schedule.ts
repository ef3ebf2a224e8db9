import { numbersFrom } from '../bench/best-available-demand.js';

/** What is killed with SIGKILL. `backend` is one process of PostgreSQL that serves a connection of ours. */
export const VICTIMS = ['api', 'worker', 'postgres', 'backend', 'redis'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface Kill {
  victim: Victim;
  /** Milliseconds after what was killed before it is back. */
  afterMs: number;
  /** How long it stays away. */
  downMs: number;
  /** From 0 up to 1: which of several. */
  which: number;
}

export interface Pace {
  /** Load before a kill, at least and at most. */
  leastMs: number;
  mostMs: number;
  mostDownMs: number;
}

/** The same seed gives the same kills. */
export function kills(seed: number, victims: readonly Victim[], { leastMs, mostMs, mostDownMs }: Pace): Kill[] {
  const number = numbersFrom(seed);
  const upTo = (least: number, most: number): number => Math.round(least + number() * (most - least));
  return victims.map((victim) => ({
    victim,
    afterMs: upTo(leastMs, mostMs),
    downMs: upTo(0, mostDownMs),
    which: number(),
  }));
}

/** Every kind once, in an order of the seed. */
export function shuffled(seed: number, victims: readonly Victim[]): Victim[] {
  const number = numbersFrom(seed);
  return victims
    .map((victim) => ({ victim, place: number() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ victim }) => victim);
}
