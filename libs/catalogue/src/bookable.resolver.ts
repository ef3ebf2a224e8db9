import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { localDateTime } from '#kernel';
import { Database } from '#platform';
import { Bookable, Trip, TripCall } from './bookable.type.js';
import { BookablesService } from './bookables.service.js';
import { Organization } from './organization.entity.js';
import { OrganizationsService } from './organizations.service.js';
import { PricesService } from './prices.service.js';
import { Route } from './route.entity.js';
import { SeatMap } from './seat-map.entity.js';
import { SeatMapsService } from './seat-maps.service.js';
import { Tier } from './tier.entity.js';

@Resolver(() => Bookable)
export class BookableResolver {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly seatMaps: SeatMapsService,
    private readonly prices: PricesService,
  ) {}

  @ResolveField(() => Organization)
  async organization(@Parent() bookable: Bookable): Promise<Organization> {
    return await this.organizations.get(bookable.organizationId);
  }

  @ResolveField(() => SeatMap)
  async seatMap(@Parent() bookable: Bookable): Promise<SeatMap> {
    return await this.seatMaps.get(bookable.seatMapId);
  }

  @ResolveField(() => [Tier], { description: 'Price classes in order.' })
  async tiers(@Parent() bookable: Bookable): Promise<Tier[]> {
    return await this.prices.tiers(bookable.id);
  }

  @ResolveField(() => String, { description: 'When it starts, in local time, for people.' })
  localStart(@Parent() bookable: Bookable): string {
    return localDateTime(bookable.startsAt, bookable.timeZone);
  }
}

@Resolver(() => Trip)
export class TripResolver {
  constructor(
    private readonly database: Database,
    private readonly bookables: BookablesService,
  ) {}

  @ResolveField(() => Route)
  async route(@Parent() trip: Trip): Promise<Route> {
    return await this.database.repository(Route).findOneByOrFail({ id: trip.routeId });
  }

  @ResolveField(() => [TripCall], { description: 'The stops in order, with their times.' })
  async calls(@Parent() trip: Trip): Promise<TripCall[]> {
    return await this.bookables.calls(trip.id);
  }
}
