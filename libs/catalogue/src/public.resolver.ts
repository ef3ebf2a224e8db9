import { Args, Field, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { IdArgument, Unscoped, badInput } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { Bookable, BookableKind, Event, Trip } from './bookable.type.js';
import { BookablesService } from './bookables.service.js';
import { PageArgs, TripSearchArgs } from './catalogue.inputs.js';
import { SeatMap } from './seat-map.entity.js';
import { SeatMapsService } from './seat-maps.service.js';
import { Stop } from './stop.entity.js';
import { StopSearch } from './stop-search.service.js';
import { TripOffer, TripSearch } from './trip-search.service.js';

@ObjectType()
export class TripPage {
  @Field(() => [Trip])
  nodes: Trip[];

  @Field(() => String, { nullable: true, description: 'Give it as "after" for the next page; null on the last one.' })
  endCursor: string | null;
}

@ObjectType()
export class EventPage {
  @Field(() => [Event])
  nodes: Event[];

  @Field(() => String, { nullable: true, description: 'Give it as "after" for the next page; null on the last one.' })
  endCursor: string | null;
}

@ObjectType()
export class TripOfferPage {
  @Field(() => [TripOffer])
  nodes: TripOffer[];

  @Field(() => String, { nullable: true, description: 'Give it as "after" for the next page; null on the last one.' })
  endCursor: string | null;
}

function page<Node>(
  nodes: Node[],
  first: number,
  idOf: (node: Node) => string,
): { nodes: Node[]; endCursor: string | null } {
  const last = nodes.at(-1);
  return { nodes, endCursor: nodes.length === first && last ? idOf(last) : null };
}

/** The catalogue as anybody may read it. */
@Resolver()
export class PublicResolver {
  constructor(
    private readonly bookables: BookablesService,
    private readonly tripSearch: TripSearch,
    private readonly stopSearch: StopSearch,
    private readonly seatMaps: SeatMapsService,
  ) {}

  @Query(() => TripOfferPage, { description: 'Trips from one stop to another on a day, the soonest first.' })
  @Can('catalogue.read')
  async searchTrips(@Args() query: TripSearchArgs): Promise<TripOfferPage> {
    const offers = await this.tripSearch.search(query);
    return page(offers, query.first, ({ trip }) => trip.id);
  }

  @Query(() => [Stop], { description: 'Stops whose name has these words, for suggestions.' })
  @Can('catalogue.read')
  async stops(@Args('name') name: string): Promise<Stop[]> {
    if (name.length > 100) throw badInput('A stop name has at most 100 characters.', 'name');
    return await this.stopSearch.search(name);
  }

  @Query(() => TripPage, { description: 'Upcoming trips, the soonest first.' })
  @Can('catalogue.read')
  async trips(@Args() { first, after }: PageArgs): Promise<TripPage> {
    return page((await this.bookables.upcoming(BookableKind.TRIP, first, after)) as Trip[], first, ({ id }) => id);
  }

  @Query(() => EventPage, { description: 'Upcoming events, the soonest first.' })
  @Can('catalogue.read')
  async events(@Args() { first, after }: PageArgs): Promise<EventPage> {
    return page((await this.bookables.upcoming(BookableKind.EVENT, first, after)) as Event[], first, ({ id }) => id);
  }

  @Query(() => Bookable, { description: 'A trip or an event.' })
  @Can('catalogue.read')
  @Unscoped()
  async bookable(
    @CurrentPrincipal() principal: Principal | undefined,
    @IdArgument('id') id: string,
  ): Promise<Bookable> {
    return await this.bookables.getVisible(principal, id);
  }

  @Query(() => SeatMap, { description: 'A layout. It never changes under its id.' })
  @Can('catalogue.read')
  async seatMap(@IdArgument('id') id: string): Promise<SeatMap> {
    return await this.seatMaps.get(id);
  }
}
