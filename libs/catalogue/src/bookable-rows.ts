import { Injectable } from '@nestjs/common';
import { Batcher } from '#kernel';
import { Database, HotPool, busy } from '#platform';
import { type Bookable, BookableKind, Event, Trip, TripCall } from './bookable.type.js';

/** One row for each bookable, whichever its kind. */
export const SELECT_BOOKABLE = `
  SELECT b.id, b.kind, b.organization_id AS "organizationId", b.seat_map_id AS "seatMapId", b.title, b.state,
    b.time_zone AS "timeZone", b.starts_at AS "startsAt", b.ends_at AS "endsAt", b.currency, b.leg_count AS "legCount",
    t.route_id AS "routeId", t.service_date::text AS "serviceDate", t.headsign,
    e.venue_id AS "venueId", e.description, e.category, e.picture_url AS "pictureUrl"
  FROM bookables b LEFT JOIN trips t ON t.bookable_id = b.id LEFT JOIN events e ON e.bookable_id = b.id`;

const BOOKABLES = { name: 'bookables', text: `${SELECT_BOOKABLE} WHERE b.id = ANY($1::uuid[])` };

const CALLS = {
  name: 'calls',
  text: `
    SELECT c.trip_id AS "tripId", c.position, s.name, s.time_zone AS "timeZone",
      jsonb_build_object('id', s.id, 'name', s.name, 'latitude', s.latitude, 'longitude', s.longitude, 'timeZone', s.time_zone) AS stop,
      c.arrives_at AS "arrivesAt", c.departs_at AS "departsAt", c.pick_up AS "pickUp", c.drop_off AS "dropOff"
    FROM trip_calls c JOIN stops s ON s.id = c.stop_id WHERE c.trip_id = ANY($1::uuid[]) ORDER BY c.trip_id, c.position`,
};

/** Bookables and their calls as they are now. All who ask at the same moment share a statement. */
@Injectable()
export class BookableRows {
  private readonly bookables = reader((ids) => this.readBookables(ids));
  private readonly trips = reader((ids) => this.readCalls(ids));

  constructor(
    private readonly database: Database,
    private readonly pool: HotPool,
  ) {}

  async bookable(id: string): Promise<Bookable | undefined> {
    // What this transaction has changed is seen only from within.
    return this.database.inTransaction ? (await this.readBookables([id]))[0] : await this.bookables.submit(id);
  }

  /** The calls of a trip in order; an event has none. */
  async calls(tripId: string): Promise<TripCall[]> {
    return this.database.inTransaction ? (await this.readCalls([tripId]))[0]! : await this.trips.submit(tripId);
  }

  private async readBookables(ids: string[]): Promise<(Bookable | undefined)[]> {
    const rows = new Map((await this.read<Bookable>(BOOKABLES, ids)).map((row) => [row.id, row]));
    return ids.map((id) => {
      const row = rows.get(id.toLowerCase());
      return row && asKind(row);
    });
  }

  private async readCalls(ids: string[]): Promise<TripCall[][]> {
    const calls = new Map<string, TripCall[]>(ids.map((id) => [id.toLowerCase(), []]));
    for (const row of await this.read<TripCall & { tripId: string }>(CALLS, ids))
      calls.get(row.tripId)!.push(Object.assign(new TripCall(), row));
    return ids.map((id) => calls.get(id.toLowerCase())!);
  }

  private async read<Row extends object>(statement: typeof CALLS, ids: string[]): Promise<Row[]> {
    const wanted = [[...new Set(ids)]];
    return this.database.inTransaction
      ? await this.database.query<Row>(statement.text, wanted)
      : await this.pool.query<Row>(statement, wanted);
  }
}

function reader<Answer>(run: (ids: string[]) => Promise<Answer[]>): Batcher<string, Answer> {
  return new Batcher(run, { most: 500, lanes: 2, mostWaiting: 20_000, key: (id) => id, overflow: () => busy() });
}

export function asKind(row: Bookable): Bookable {
  return Object.assign(row.kind === BookableKind.TRIP ? new Trip() : new Event(), row);
}
