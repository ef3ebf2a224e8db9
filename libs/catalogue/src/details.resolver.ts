import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { localDateTime } from '#kernel';
import { Config, Database } from '#platform';
import { Event, TripCall } from './bookable.type.js';
import { Area, Seat, SeatMap } from './seat-map.entity.js';
import { SeatMapsService } from './seat-maps.service.js';
import { Venue } from './venue.entity.js';

@Resolver(() => SeatMap)
export class SeatMapResolver {
  constructor(
    private readonly seatMaps: SeatMapsService,
    private readonly config: Config,
  ) {}

  @ResolveField(() => String, {
    description:
      'Seats and areas as JSON over HTTP, in the order of ordinals. It never changes and may be kept for ever; `compactSeats` says what is free.',
  })
  layoutUrl(@Parent() seatMap: SeatMap): string {
    return `${this.config.publicUrl}/seat-maps/${seatMap.id}`;
  }

  @ResolveField(() => [Seat])
  async seats(@Parent() seatMap: SeatMap): Promise<Seat[]> {
    return await this.seatMaps.seats(seatMap.id);
  }

  @ResolveField(() => [Area])
  async areas(@Parent() seatMap: SeatMap): Promise<Area[]> {
    return await this.seatMaps.areas(seatMap.id);
  }
}

@Resolver(() => TripCall)
export class TripCallResolver {
  @ResolveField(() => String, { description: 'Departure in local time of the stop, for people.' })
  localDeparture(@Parent() call: TripCall): string {
    return localDateTime(call.departsAt, call.timeZone);
  }
}

@Resolver(() => Event)
export class EventResolver {
  constructor(private readonly database: Database) {}

  @ResolveField(() => Venue)
  async venue(@Parent() event: Event): Promise<Venue> {
    return await this.database.repository(Venue).findOneByOrFail({ id: event.venueId });
  }
}
