import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database, badInput } from '#platform';
import { type Bookable, BookableKind } from './bookable.type.js';
import { BookablesService } from './bookables.service.js';
import type { CallInput, EventInput, RouteInput, StopInput, TripInput, VenueInput } from './catalogue.inputs.js';
import { OrganizationsService } from './organizations.service.js';
import { Route } from './route.entity.js';
import { SeatMap } from './seat-map.entity.js';
import { Stop } from './stop.entity.js';
import { TiersService } from './tiers/tiers.service.js';
import { Venue } from './venue.entity.js';

/** A later date is a slip of the pen. */
const MOST_DAYS_AHEAD = 5 * 365;
const DAY_MS = 86_400_000;

/** What an organiser makes by hand. Everything that an object is made of must belong to the same organization. */
@Injectable()
export class PublishingService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly bookables: BookablesService,
    private readonly organizations: OrganizationsService,
    private readonly tiers: TiersService,
  ) {}

  async createStop(organizationId: string, input: StopInput): Promise<Stop> {
    const stop = { id: newId(), organizationId, externalId: null, latitude: null, longitude: null, ...input };
    await this.database.repository(Stop).insert(stop);
    return Object.assign(new Stop(), stop);
  }

  async createRoute(organizationId: string, input: RouteInput): Promise<Route> {
    const route = { id: newId(), organizationId, externalId: null, ...input };
    await this.database.repository(Route).insert(route);
    return Object.assign(new Route(), route);
  }

  async createVenue(organizationId: string, input: VenueInput): Promise<Venue> {
    const venue = { id: newId(), organizationId, ...input };
    await this.database.repository(Venue).insert(venue);
    return Object.assign(new Venue(), venue);
  }

  /** A draft. @throws BAD_USER_INPUT for parts of another organization and for times that run backwards */
  async createTrip(organizationId: string, input: TripInput): Promise<Bookable> {
    const { calls, tiers } = input;
    this.checkTimes(calls);
    return await this.database.transaction(async () => {
      await this.mustOwn(organizationId, Route, [input.routeId], 'routeId');
      await this.mustOwn(
        organizationId,
        Stop,
        calls.map(({ stopId }) => stopId),
        'calls.stopId',
      );
      const stops = await this.database.repository(Stop).findBy(calls.map(({ stopId }) => ({ id: stopId })));
      const first = stops.find(({ id }) => id === calls[0]!.stopId.toLowerCase())!;
      const id = await this.insertBookable(organizationId, {
        kind: BookableKind.TRIP,
        seatMapId: input.seatMapId,
        title: `${first.name} – ${input.headsign}`,
        timeZone: first.timeZone,
        startsAt: calls[0]!.departsAt,
        endsAt: calls.at(-1)!.arrivesAt,
        legCount: calls.length - 1,
      });
      await this.database.query(
        `INSERT INTO trips (bookable_id, organization_id, route_id, service_date, headsign)
         VALUES ($1, $2, $3, ($4::timestamptz AT TIME ZONE $5)::date, $6)`,
        [id, organizationId, input.routeId, calls[0]!.departsAt, first.timeZone, input.headsign],
      );
      await this.database.query(
        `INSERT INTO trip_calls (trip_id, position, stop_id, arrives_at, departs_at)
         SELECT $1, n - 1, stop, arrives, departs
         FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY AS c (stop, arrives, departs, n)`,
        [
          id,
          calls.map((call) => call.stopId),
          calls.map((call) => call.arrivesAt),
          calls.map((call) => call.departsAt),
        ],
      );
      await this.tiers.insertAll({ id, organizationId }, tiers);
      return await this.bookables.get(id);
    });
  }

  /** A draft. @throws BAD_USER_INPUT */
  async createEvent(organizationId: string, input: EventInput): Promise<Bookable> {
    if (input.endsAt <= input.startsAt) throw badInput('An event ends after it starts.', 'endsAt');
    return await this.database.transaction(async () => {
      await this.mustOwn(organizationId, Venue, [input.venueId], 'venueId');
      const venue = await this.database.repository(Venue).findOneByOrFail({ id: input.venueId });
      const { title, seatMapId, startsAt, endsAt } = input;
      const id = await this.insertBookable(organizationId, {
        kind: BookableKind.EVENT,
        title,
        seatMapId,
        startsAt,
        endsAt,
        timeZone: venue.timeZone,
        legCount: 1,
      });
      await this.database.query(
        `INSERT INTO events (bookable_id, venue_id, description, category, picture_url) VALUES ($1, $2, $3, $4, $5)`,
        [id, input.venueId, input.description, input.category, input.pictureUrl ?? null],
      );
      await this.tiers.insertAll({ id, organizationId }, input.tiers);
      return await this.bookables.get(id);
    });
  }

  private async insertBookable(
    organizationId: string,
    given: Pick<Bookable, 'kind' | 'seatMapId' | 'title' | 'timeZone' | 'startsAt' | 'endsAt' | 'legCount'>,
  ): Promise<string> {
    if (given.startsAt <= this.clock.now()) throw badInput('It must start in the future.', 'startsAt');
    if (given.endsAt.getTime() > this.clock.now().getTime() + MOST_DAYS_AHEAD * DAY_MS)
      throw badInput('It must be over within five years.', 'endsAt');
    await this.mustOwn(organizationId, SeatMap, [given.seatMapId], 'seatMapId');
    const { currency } = await this.organizations.get(organizationId);
    const id = newId();
    await this.database.query(
      `INSERT INTO bookables (id, kind, organization_id, seat_map_id, title, state, time_zone, starts_at, ends_at, currency, leg_count, created_at)
       VALUES ($1, $2, $3, $4, $5, 'DRAFT', $6, $7, $8, $9, $10, $11)`,
      [
        id,
        given.kind,
        organizationId,
        given.seatMapId,
        given.title,
        given.timeZone,
        given.startsAt,
        given.endsAt,
        currency,
        given.legCount,
        this.clock.now(),
      ],
    );
    return id;
  }

  private checkTimes(calls: CallInput[]): void {
    calls.forEach((call, index) => {
      const previous = calls[index - 1];
      if (call.departsAt < call.arrivesAt || (previous && call.arrivesAt < previous.departsAt)) {
        throw badInput(`Call ${index + 1} is earlier than what comes before it.`, 'calls');
      }
    });
    if (calls.at(-1)!.arrivesAt <= calls[0]!.departsAt) throw badInput('A trip arrives after it departs.', 'calls');
  }

  private async mustOwn(
    organizationId: string,
    entity: new () => { id: string; organizationId: string },
    ids: string[],
    field: string,
  ): Promise<void> {
    const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
    const owned = await this.database.repository(entity).findBy(wanted.map((id) => ({ id, organizationId })));
    if (owned.length !== wanted.length)
      throw badInput(`${field} names something that this organization does not have.`, field);
  }
}
