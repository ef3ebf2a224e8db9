/** Who is told the events of a shared source. */
export interface SharedSubscriber<Event extends object> {
  /** @returns false when it cannot take more: it wants nothing until it asks for a fresh start */
  take(event: Event): boolean;
  /** Nothing follows. */
  fail(error: unknown): void;
}

/** One subscriber's part of a shared source. */
export interface SharedStream {
  /** The subscriber has missed events and is ready again. */
  restart(): void;
  close(): void;
}

/**
 * What a subscription resolver returns when thousands may watch the same thing. Guards, pipes and the resolver run for
 * each subscriber. From then on an event object that many are told is executed and serialised once for all whose
 * operations show the same of it; each message differs in the id alone. So everything that a subscriber may see must be
 * in the event: its fields look neither at the context nor at the arguments of the root field, and never wait.
 */
export abstract class SharedSource<Event extends object> {
  /** Tells the subscriber nothing before it returns. */
  abstract open(subscriber: SharedSubscriber<Event>): SharedStream;

  /** By this graphql-js knows a stream. */
  [Symbol.asyncIterator](): never {
    throw new Error('A shared source is opened; it cannot be iterated.');
  }
}
