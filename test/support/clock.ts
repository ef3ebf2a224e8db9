import { Clock } from '#kernel';

/** The real time, moved by what a test says. */
export class MovedClock extends Clock {
  private offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  advance(minutes: number): void {
    this.offsetMs += minutes * 60_000;
  }
}

/** A time that stands still until a test moves it. */
export class StoppedClock extends Clock {
  constructor(private at = new Date()) {
    super();
  }

  now(): Date {
    return new Date(this.at);
  }

  advance(minutes: number): void {
    this.at = new Date(this.at.getTime() + minutes * 60_000);
  }
}
