import { Injectable } from '@nestjs/common';
import { Database, HotPool, SharedRead, type Statement } from '#platform';
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

const REVISIONS = {
  name: 'revisions',
  text: `SELECT id, revision FROM bookables WHERE id = ANY($1::uuid[]) AND locked_at IS NOT NULL`,
};

/** Bookables, their calls and revisions as they are now. */
@Injectable()
export class BookableRows {
  private readonly bookables: SharedRead<Bookable>;
  private readonly trips: SharedRead<TripCall[]>;
  private readonly revisions: SharedRead<string>;

  constructor(
    private readonly database: Database,
    private readonly pool: HotPool,
  ) {
    this.bookables = new SharedRead(database, (ids) => this.readBookables(ids));
    this.trips = new SharedRead(database, (ids) => this.readCalls(ids));
    this.revisions = new SharedRead(database, (ids) => this.readRevisions(ids));
  }

  async bookable(id: string): Promise<Bookable | undefined> {
    return await this.bookables.of(id.toLowerCase());
  }

  /** The calls of a trip in order; an event has none. */
  async calls(tripId: string): Promise<TripCall[]> {
    return (await this.trips.of(tripId.toLowerCase())) ?? [];
  }

  /** Of what is locked for sales. */
  async revision(id: string): Promise<string | undefined> {
    return await this.revisions.of(id.toLowerCase());
  }

  private async readBookables(ids: string[]): Promise<Map<string, Bookable>> {
    return new Map((await this.read<Bookable>(BOOKABLES, ids)).map((row) => [row.id, asKind(row)]));
  }

  private async readCalls(ids: string[]): Promise<Map<string, TripCall[]>> {
    const calls = new Map<string, TripCall[]>(ids.map((id) => [id, []]));
    for (const row of await this.read<TripCall & { tripId: string }>(CALLS, ids))
      calls.get(row.tripId)!.push(Object.assign(new TripCall(), row));
    return calls;
  }

  private async readRevisions(ids: string[]): Promise<Map<string, string>> {
    const rows = await this.read<{ id: string; revision: string }>(REVISIONS, ids);
    return new Map(rows.map(({ id, revision }) => [id, revision]));
  }

  private async read<Row extends object>(statement: Statement, ids: string[]): Promise<Row[]> {
    return this.database.inTransaction
      ? await this.database.query<Row>(statement.text, [ids])
      : await this.pool.query<Row>(statement, [ids]);
  }
}

export function asKind(row: Bookable): Bookable {
  return Object.assign(row.kind === BookableKind.TRIP ? new Trip() : new Event(), row);
}
