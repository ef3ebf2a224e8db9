/** A reservation as its passenger was told of it last. */
export interface Booking {
  id: string;
  token: string;
  trip: string;
  from: number;
  to: number;
  /** In the order in which they were reserved and added. */
  seatIds: string[];
  /** Milliseconds of the epoch. */
  expiresAt: number;
  /** When the end had been brought forward to what it is. */
  endMovedAt?: number;
  state: 'HELD' | 'CANCELLED' | 'ORDERED' | 'PAID';
  /** Also of seats that were given back. */
  stays: Stay[];
}

/** When a passenger had a seat of his booking: surely from `told` to `leaving`, perhaps from `asked` to `left`. */
export interface Stay {
  seatId: string;
  asked: number;
  told: number;
  /** When it was first said that it is given back; without it the hold ends by the clock, or never once it is paid. */
  leaving?: number;
  left?: number;
}

/** Somebody was told that these seats are taken, in answer to what was asked at `asked`. */
export interface Refused {
  trip: string;
  from: number;
  to: number;
  seatIds: string[];
  asked: number;
  told: number;
}

/** All that passengers were told in one round. It survives what is killed. */
export class Journal {
  readonly bookings: Booking[] = [];
  readonly refusals: Refused[] = [];
  /** What no client should ever see. */
  readonly findings: string[] = [];
  /** Answers by what was asked for. */
  readonly operations = new Map<string, number>();
  /** Requests whose answer was lost or put off, by the reason. */
  readonly lostAnswers = new Map<string, number>();
  /** Requests that got their answer with a later attempt. */
  repeated = 0;
  slowestMs = 0;
  /** All answers, and when the last one that was given had been asked for. */
  answers = 0;
  answeredUpTo = 0;

  did(operation: string): void {
    count(this.operations, operation);
  }

  answered(asked: number, told: number, attempts: number): void {
    this.answers += 1;
    if (attempts > 1) this.repeated += 1;
    this.slowestMs = Math.max(this.slowestMs, told - asked);
    this.answeredUpTo = Math.max(this.answeredUpTo, asked);
  }

  lost(why: string): void {
    count(this.lostAnswers, why);
  }

  wrong(what: string): void {
    this.findings.push(what);
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
