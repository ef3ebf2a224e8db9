/** Seats of a trip, by ordinal, that one request asks for, and for which part of the journey. */
export interface Slot {
  seats: number[];
  from: number;
  to: number;
}

/** Holds, each for another slot of many trips, or for slots drawn by chance. */
export interface HoldWork {
  kind: 'holds';
  trips: string[];
  /** Ids of a trip's seats by ordinal. */
  seats: string[];
  slots: Slot[];
  /** In turn: every slot once. By chance: every request asks for any slot. */
  order: 'in turn' | 'by chance';
  /** Number of the first request: where the load before ended. */
  first: number;
  /** Who got a hold gives it up at once, and asks again. */
  givesUp: boolean;
  /** Access tokens, all of one length; every second connection uses them. */
  tokens: string[];
  /** Ids of the reservations that were acknowledged are written there, one a line. */
  acknowledged?: string;
}

export interface SeatMapWork {
  kind: 'seat maps';
  trips: string[];
  from: number;
  to: number;
}

/** What the generator is to do. */
export interface Plan {
  /** Addresses of the API processes; connections are dealt out in turn. */
  targets: string[];
  connections: number;
  warmUpSeconds: number;
  seconds: number;
  /** Arrivals a second, by chance as people come (Poisson). Without it the next request follows the answer. */
  rate?: number;
  /** At most so many requests. */
  limit?: number;
  work: HoldWork | SeatMapWork;
}

export interface Percentiles {
  p50: number;
  p99: number;
  p999: number;
}

/** What came of it, in the measured time only, if nothing else is said. */
export interface LoadResult {
  seconds: number;
  /** Answers by `__typename`; what has none is under `HTTP 503` or `error …`. */
  answers: Record<string, number>;
  /** The same with warm-up and the answers after the end. */
  allAnswers: Record<string, number>;
  /** Seats of the holds that were given. */
  seats: number;
  latencyMs: Percentiles;
  cpuSeconds: number;
  /** Number of the next request. */
  next: number;
  /** The first errors, as they came. */
  complaints: string[];
  requestBytes: number;
  answerBytes: number;
}

export type FromGenerator = { kind: 'begins' } | { kind: 'ends' } | { kind: 'result'; result: LoadResult };
