import type { Dice } from '../model/dice.js';

/** What is killed with SIGKILL. `backend` is one process of PostgreSQL that serves a connection of ours. */
export const VICTIMS = ['api', 'worker', 'postgres', 'backend', 'redis'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface Kill {
  victim: Victim;
  /** Milliseconds after what was killed before it is back. */
  afterMs: number;
  /** How long it stays away. */
  downMs: number;
  /** Which of several: from 0 to 99 of a hundred. */
  which: number;
}

export interface Pace {
  /** Load before a kill, at least and at most. */
  leastMs: number;
  mostMs: number;
  mostDownMs: number;
}

/** Each of them once, in any order: the same for the same seed. */
export function kills(dice: Dice, victims: readonly Victim[], { leastMs, mostMs, mostDownMs }: Pace): Kill[] {
  return dice.some(victims, victims.length).map((victim) => ({
    victim,
    afterMs: dice.between(leastMs, mostMs),
    downMs: dice.between(0, mostDownMs),
    which: dice.upTo(100),
  }));
}
