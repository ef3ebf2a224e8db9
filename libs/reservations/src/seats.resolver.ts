import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Bookable, BookablesService, PricedTier, PricesService, Seat, TripOffer, journeyBetween } from '#catalogue';
import { AreaState, Availability, AvailabilityService, CompactSeats, SeatState } from './availability.js';
import { BestSeatsService, checkParty } from './best-seats.service.js';
import { Offers } from './inventory/offers.js';
import { BestSeatsArgs, JourneyArgs } from './reservation.inputs.js';

/** What can be bought of a bookable. */
@Resolver(() => Bookable)
export class BookableSeatsResolver {
  constructor(
    private readonly bookables: BookablesService,
    private readonly prices: PricesService,
    private readonly availabilities: AvailabilityService,
    private readonly bestSeats: BestSeatsService,
    private readonly offers: Offers,
  ) {}

  @ResolveField(() => [SeatState], { description: 'Every seat as it is now for a journey.' })
  async seats(@Parent() bookable: Bookable, @Args() { from, to }: JourneyArgs): Promise<SeatState[]> {
    return await this.availabilities.seats(bookable, await this.bookables.journey(bookable, from, to));
  }

  @ResolveField(() => CompactSeats, { description: 'Every seat as it is now for a journey, one character each.' })
  async compactSeats(@Parent() bookable: Bookable, @Args() { from, to }: JourneyArgs): Promise<CompactSeats> {
    const legs = await this.bookables.journey(bookable, from, to);
    return await this.availabilities.compact(bookable.id, legs);
  }

  @ResolveField(() => [AreaState], { description: 'Areas without numbered seats as they are now for a journey.' })
  async areas(@Parent() bookable: Bookable, @Args() { from, to }: JourneyArgs): Promise<AreaState[]> {
    return await this.availabilities.areas(bookable, await this.bookables.journey(bookable, from, to));
  }

  @ResolveField(() => [[Seat]], {
    description:
      'The best seats that are free for a party, in groups that sit together; empty when there are too few. `reserve(best:)` takes them.',
  })
  async bestAvailable(
    @Parent() bookable: Bookable,
    @Args() { from, to }: JourneyArgs,
    @Args() wish: BestSeatsArgs,
  ): Promise<Seat[][]> {
    checkParty(wish);
    const offer = await this.offers.of(bookable.id);
    return await this.bestSeats.suggest(offer, journeyBetween(bookable, offer.calls, from, to), wish);
  }

  @ResolveField(() => Availability, { description: 'Counts for a journey; for a whole trip when nothing is said.' })
  async availability(@Parent() bookable: Bookable, @Args() { from, to }: JourneyArgs): Promise<Availability> {
    const whole = { from: 0, to: bookable.legCount };
    const legs = from === undefined && to === undefined ? whole : await this.bookables.journey(bookable, from, to);
    return await this.availabilities.count(bookable.id, legs);
  }

  @ResolveField('prices', () => [PricedTier], {
    description: 'What a place costs now for a journey. Empty: it is not sold.',
  })
  async pricesOf(@Parent() bookable: Bookable, @Args() { from, to }: JourneyArgs): Promise<PricedTier[]> {
    return await this.prices.onSale(bookable.id, await this.bookables.journey(bookable, from, to));
  }
}

@Resolver(() => TripOffer)
export class TripOfferResolver {
  constructor(
    private readonly prices: PricesService,
    private readonly availabilities: AvailabilityService,
  ) {}

  @ResolveField(() => Availability)
  async availability(@Parent() { trip, from, to }: TripOffer): Promise<Availability> {
    return await this.availabilities.count(trip.id, { from: from.position, to: to.position });
  }

  @ResolveField('prices', () => [PricedTier], { description: 'What a place costs now. Empty: it is not sold.' })
  async pricesOf(@Parent() { trip, from, to }: TripOffer): Promise<PricedTier[]> {
    return await this.prices.onSale(trip.id, { from: from.position, to: to.position });
  }
}
