import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Bookable, BookablesService, PricedTier, PricesService, SeatMapsService, TripOffer } from '#catalogue';
import { Availability, AvailabilityService, SeatState } from './availability.js';
import { JourneyArgs } from './reservation.inputs.js';

/** What can be bought of a bookable. */
@Resolver(() => Bookable)
export class BookableSeatsResolver {
  constructor(
    private readonly bookables: BookablesService,
    private readonly seatMaps: SeatMapsService,
    private readonly prices: PricesService,
    private readonly availabilities: AvailabilityService,
  ) {}

  @ResolveField(() => [SeatState], { description: 'Every seat as it is now for a journey.' })
  async seats(@Parent() bookable: Bookable, @Args() { from, to }: JourneyArgs): Promise<SeatState[]> {
    const legs = await this.bookables.journey(bookable, from, to);
    const states = await this.availabilities.seats(bookable.id, legs);
    const seats = await this.seatMaps.seats(bookable.seatMapId);
    return seats.map((seat) => Object.assign(new SeatState(), { seat, state: states.get(seat.id) }));
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
