import { Injectable } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';
import { Clock } from '#kernel';
import { Database } from '#platform';
import { Trip, TripCall } from './bookable.type.js';
import { BookablesService } from './bookables.service.js';

@ObjectType({ description: 'A trip that takes a passenger from one stop to another.' })
export class TripOffer {
  @Field(() => Trip)
  trip: Trip;

  @Field(() => TripCall, { description: 'Where the passenger boards.' })
  from: TripCall;

  @Field(() => TripCall, { description: 'Where the passenger leaves.' })
  to: TripCall;
}

export interface TripQuery {
  /** Words of a stop's name, or a stop id. */
  origin: string;
  destination: string;
  /** YYYY-MM-DD, the local day at the stop where the passenger boards. */
  date: string;
  first: number;
  after?: string;
}

/** Trips from A to B on a day. */
@Injectable()
export class TripSearch {
  constructor(
    private readonly database: Database,
    private readonly bookables: BookablesService,
    private readonly clock: Clock,
  ) {}

  /**
   * The soonest departure first, and none that has left. Where several stops match, the passenger boards at the first
   * of them and leaves at the last.
   */
  async search({ origin, destination, date, first, after }: TripQuery): Promise<TripOffer[]> {
    const found = await this.database.read<{ tripId: string; fromPosition: number; toPosition: number }>(
      `WITH origins AS (SELECT id, time_zone FROM stops WHERE id::text = $1 OR name ILIKE '%' || $2 || '%'),
            destinations AS (SELECT id FROM stops WHERE id::text = $3 OR name ILIKE '%' || $4 || '%'),
            matches AS (
              SELECT b.id, min(o.position) AS from_position, max(d.position) AS to_position, min(o.departs_at) AS departs_at
              FROM origins
              JOIN trip_calls o ON o.stop_id = origins.id AND o.pick_up
                AND o.departs_at >= greatest($5::timestamp AT TIME ZONE origins.time_zone, $6)
                AND o.departs_at < ($5::timestamp + interval '1 day') AT TIME ZONE origins.time_zone
              JOIN trip_calls d ON d.trip_id = o.trip_id AND d.position > o.position AND d.drop_off
              JOIN destinations ON destinations.id = d.stop_id
              JOIN bookables b ON b.id = o.trip_id AND b.state = 'PUBLISHED'
              GROUP BY b.id)
       SELECT id AS "tripId", from_position AS "fromPosition", to_position AS "toPosition" FROM matches
       WHERE $8::uuid IS NULL OR (departs_at, id) > (SELECT departs_at, id FROM matches WHERE id = $8)
       ORDER BY departs_at, id LIMIT $7`,
      [
        origin,
        likePattern(origin),
        destination,
        likePattern(destination),
        date,
        this.clock.now(),
        first,
        after ?? null,
      ],
    );
    return await Promise.all(
      found.map(async ({ tripId, fromPosition, toPosition }) => await this.offer(tripId, fromPosition, toPosition)),
    );
  }

  private async offer(tripId: string, fromPosition: number, toPosition: number): Promise<TripOffer> {
    const [trip, calls] = await Promise.all([this.bookables.get(tripId), this.bookables.calls(tripId)]);
    return Object.assign(new TripOffer(), { trip, from: calls[fromPosition], to: calls[toPosition] });
  }
}

/** A person's words in a LIKE pattern: their own % and _ are letters. */
function likePattern(words: string): string {
  return words.trim().replace(/[\\%_]/g, '\\$&');
}
