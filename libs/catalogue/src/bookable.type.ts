import { Field, ID, Int, InterfaceType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Stop } from './stop.entity.js';

export enum BookableKind {
  TRIP = 'TRIP',
  EVENT = 'EVENT',
}

export enum BookableState {
  DRAFT = 'DRAFT',
  PUBLISHED = 'PUBLISHED',
  CANCELLED = 'CANCELLED',
  COMPLETED = 'COMPLETED',
}
registerEnumType(BookableState, { name: 'BookableState', description: 'Only what is PUBLISHED can be reserved.' });

/** What can be reserved: a trip or an event. Shape of a row of `bookables` joined with its kind's table. */
@InterfaceType({
  description: 'What can be reserved: a dated trip or a dated event.',
  resolveType: (value: Bookable) => (value.kind === BookableKind.TRIP ? Trip : Event),
})
export abstract class Bookable {
  @Field(() => ID)
  id: string;

  kind: BookableKind;
  organizationId: string;
  seatMapId: string;

  @Field()
  title: string;

  @Field(() => BookableState)
  state: BookableState;

  @Field({ description: 'IANA time zone in which people are shown its times.' })
  timeZone: string;

  @Field({ description: 'Departure from the first stop, or the beginning.' })
  startsAt: Date;

  @Field({ description: 'Arrival at the last stop, or the end.' })
  endsAt: Date;

  @Field({ description: 'ISO 4217.' })
  currency: string;

  @Field(() => Int, { description: 'Legs that a seat can be sold on: 1 for an event, stops − 1 for a trip.' })
  legCount: number;
}

@ObjectType({ implements: () => Bookable, description: 'One dated departure on a route.' })
export class Trip extends Bookable {
  routeId: string;

  @Field({ description: 'Day of the timetable, YYYY-MM-DD. A departure after midnight may belong to the day before.' })
  serviceDate: string;

  @Field({ description: 'Where the coach says it is going.' })
  headsign: string;
}

@ObjectType({ implements: () => Bookable, description: 'One dated performance at a venue.' })
export class Event extends Bookable {
  venueId: string;

  @Field()
  description: string;

  @Field()
  category: string;

  @Field(() => String, { nullable: true })
  pictureUrl: string | null;
}

@ObjectType({ description: 'A stop of a trip, with its times.' })
export class TripCall {
  timeZone: string;

  @Field(() => Stop)
  stop: Stop;

  @Field(() => Int, { description: 'Place among the calls of the trip, from 0. Reservations name their legs by it.' })
  position: number;

  @Field({ description: 'Name of the stop.' })
  name: string;

  @Field()
  arrivesAt: Date;

  @Field()
  departsAt: Date;

  @Field({ description: 'Passengers may board here.' })
  pickUp: boolean;

  @Field({ description: 'Passengers may leave here.' })
  dropOff: boolean;
}
