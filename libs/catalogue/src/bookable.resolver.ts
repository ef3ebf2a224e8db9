import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { localDateTime } from '#kernel';
import { Database } from '#platform';
import { CurrentPrincipal, type Principal } from '#identity';
import { Bookable, Trip, TripCall } from './bookable.type.js';
import { BookablesService } from './bookables.service.js';
import { Organization } from './organization.entity.js';
import { OrganizationsService } from './organizations.service.js';
import { Route } from './route.entity.js';
import { SeatMap } from './seat-map.entity.js';
import { SeatMapsService } from './seat-maps.service.js';
import { Tier } from './tier.entity.js';
import { TiersService } from './tiers/tiers.service.js';

@Resolver(() => Bookable)
export class BookableResolver {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly seatMaps: SeatMapsService,
    private readonly tierLists: TiersService,
  ) {}

  @ResolveField(() => Organization)
  async organization(@Parent() bookable: Bookable): Promise<Organization> {
    return await this.organizations.get(bookable.organizationId);
  }

  @ResolveField(() => SeatMap)
  async seatMap(@Parent() bookable: Bookable): Promise<SeatMap> {
    return await this.seatMaps.get(bookable.seatMapId);
  }

  @ResolveField(() => [Tier], {
    description:
      'Price classes in order: those that are active and not hidden, and all for members of the organization.',
  })
  async tiers(@Parent() bookable: Bookable, @CurrentPrincipal() principal: Principal | undefined): Promise<Tier[]> {
    return await this.tierLists.visible(principal, bookable);
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
