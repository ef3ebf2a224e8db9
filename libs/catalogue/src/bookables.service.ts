import { Injectable } from '@nestjs/common';
import { Clock, type LegRange } from '#kernel';
import { Database, DomainEvents, badInput, notFound } from '#platform';
import { type Principal, may } from '#identity';
import { BookableCancelled } from './bookable.events.js';
import { BookableRows, SELECT_BOOKABLE, asKind } from './bookable-rows.js';
import { type Bookable, BookableKind, BookableState, type TripCall } from './bookable.type.js';

/** Trips and events as what they share: something dated that can be reserved. */
@Injectable()
export class BookablesService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly rows: BookableRows,
    private readonly events: DomainEvents,
  ) {}

  /** @throws NOT_FOUND */
  async get(id: string): Promise<Bookable> {
    const bookable = await this.find(id);
    if (!bookable) throw notFound('trip or event', id);
    return bookable;
  }

  /** A draft is nobody's business but its makers'. @throws NOT_FOUND also for somebody else's draft */
  async getVisible(principal: Principal | undefined, id: string): Promise<Bookable> {
    const bookable = await this.get(id);
    if (bookable.state === BookableState.DRAFT && !may('catalogue.write', principal, bookable))
      throw notFound('trip or event', id);
    return bookable;
  }

  async find(id: string): Promise<Bookable | undefined> {
    return await this.rows.bookable(id);
  }

  /** Upcoming and published, the soonest first; `after` is the last one of the page before. */
  async upcoming(kind: BookableKind, first: number, after?: string): Promise<Bookable[]> {
    const rows = await this.database.query<Bookable>(
      `${SELECT_BOOKABLE}
       WHERE b.kind = $1 AND b.state = 'PUBLISHED' AND b.starts_at > $2
         AND ($4::uuid IS NULL OR (b.starts_at, b.id) > (SELECT starts_at, id FROM bookables WHERE id = $4))
       ORDER BY b.starts_at, b.id LIMIT $3`,
      [kind, this.clock.now(), first, after ?? null],
    );
    return rows.map(asKind);
  }

  /** The calls of a trip in order; an event has none. */
  async calls(tripId: string): Promise<TripCall[]> {
    return await this.rows.calls(tripId);
  }

  /**
   * From the first reservation on, an import leaves a bookable as it was sold. The row lock orders this with an import
   * that is changing it right now: read the calls after it. The same for its organization: a change of its rules raises
   * the revision of what is locked, and what is being locked here is not, until it is committed.
   * @param wait for whoever is changing it; otherwise it is left out
   * @returns those that are locked now
   */
  async lock(ids: string[], wait: boolean): Promise<string[]> {
    const others = wait ? '' : 'SKIP LOCKED';
    const organizations = await this.database.query<{ id: string }>(
      `SELECT id FROM organizations WHERE id IN (SELECT organization_id FROM bookables WHERE id = ANY($1::uuid[]))
       ORDER BY id FOR SHARE ${others}`,
      [ids],
    );
    const locked = await this.database.query<{ id: string }>(
      `SELECT id FROM bookables WHERE id = ANY($1::uuid[]) AND organization_id = ANY($2::uuid[])
       ORDER BY id FOR NO KEY UPDATE ${others}`,
      [ids, organizations.map(({ id }) => id)],
    );
    const lockedIds = locked.map(({ id }) => id);
    await this.database.query(`UPDATE bookables SET locked_at = $2 WHERE id = ANY($1::uuid[]) AND locked_at IS NULL`, [
      lockedIds,
      this.clock.now(),
    ]);
    return lockedIds;
  }

  /**
   * Raised by every change that matters to selling, once there is a reservation; `undefined` before, or when it does
   * not exist. Read it before what it is the revision of.
   */
  async revision(id: string): Promise<string | undefined> {
    return await this.rows.revision(id);
  }

  /**
   * The legs of a journey between two calls; an event has the one leg from 0 to 1, also when nothing is said.
   * @throws BAD_USER_INPUT when the calls are not there, are in the wrong order, or nobody may board or leave there
   */
  async journey(bookable: Bookable, from?: number, to?: number): Promise<LegRange> {
    const calls = bookable.kind === BookableKind.TRIP ? await this.calls(bookable.id) : [];
    return journeyBetween(bookable, calls, from, to);
  }

  /** When the passenger's part begins: departure at the boarding stop, or the start of the event. */
  async boardingTime(bookable: Bookable, legs: LegRange): Promise<Date> {
    if (bookable.kind === BookableKind.EVENT) return bookable.startsAt;
    return (await this.calls(bookable.id))[legs.from]?.departsAt ?? bookable.startsAt;
  }

  /**
   * DRAFT to PUBLISHED: from now on it can be found and reserved. What is published stays so.
   * @throws BAD_USER_INPUT for what is cancelled, completed, or was left a draft until it began
   */
  async publish(id: string): Promise<Bookable> {
    await this.database.query(`UPDATE bookables SET state = $2 WHERE id = $1 AND state = $3 AND starts_at > $4`, [
      id,
      BookableState.PUBLISHED,
      BookableState.DRAFT,
      this.clock.now(),
    ]);
    const bookable = await this.get(id);
    if (bookable.state === BookableState.DRAFT)
      throw badInput(`${bookable.title} has begun already; it can no longer be put on sale.`, 'id');
    if (bookable.state !== BookableState.PUBLISHED)
      throw badInput(`${bookable.title} is ${bookable.state.toLowerCase()}; only a draft can be put on sale.`, 'id');
    return bookable;
  }

  /**
   * PUBLISHED to CANCELLED, for good: nothing is sold from this moment on. Cancelling again changes nothing.
   * @throws BAD_USER_INPUT for a draft, or what is over
   */
  async cancel(id: string, reason: string): Promise<Bookable> {
    await this.database.transaction(async () => {
      const cancelled = await this.database.query(
        `UPDATE bookables SET state = 'CANCELLED' WHERE id = $1 AND state = 'PUBLISHED' AND ends_at > $2 RETURNING id`,
        [id, this.clock.now()],
      );
      if (cancelled.length > 0) await this.events.publish(new BookableCancelled(id, reason));
    });
    const bookable = await this.get(id);
    if (bookable.state === BookableState.PUBLISHED) throw badInput(`${bookable.title} is over.`, 'id');
    if (bookable.state !== BookableState.CANCELLED)
      throw badInput(
        `${bookable.title} is ${bookable.state.toLowerCase()}; only what is on sale can be cancelled.`,
        'id',
      );
    return bookable;
  }
}

/** As `BookablesService.journey`, with the calls at hand. @throws BAD_USER_INPUT */
export function journeyBetween(bookable: Bookable, calls: TripCall[], from?: number, to?: number): LegRange {
  if (from === undefined || to === undefined) {
    if (bookable.kind === BookableKind.TRIP)
      throw badInput('Say where the journey begins and ends: the positions of two calls of the trip.', 'from');
    return { from: 0, to: 1 };
  }
  if (from < 0 || to <= from || to > bookable.legCount) {
    throw badInput(
      `A journey goes from one call to a later one; this trip has the positions 0 to ${bookable.legCount}.`,
      'to',
    );
  }
  if (bookable.kind === BookableKind.TRIP) {
    if (!calls[from]?.pickUp) throw badInput(`Nobody boards at ${calls[from]?.name}.`, 'from');
    if (!calls[to]?.dropOff) throw badInput(`Nobody leaves at ${calls[to]?.name}.`, 'to');
  }
  return { from, to };
}
