import { Args, Field, ID, Int, ObjectType, Resolver, Subscription, createUnionType } from '@nestjs/graphql';
import type { LegRange } from '#kernel';
import { IdArgument } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { BookablesService } from '#catalogue';
import { SeatStateName, stateOn } from './availability.js';
import { LiveMapHub, type LiveMapMessage } from './live-map.hub.js';
import { JourneyArgs } from './reservation.inputs.js';

@ObjectType()
export class LiveSeat {
  @Field(() => ID)
  seatId: string;

  @Field(() => SeatStateName)
  state: SeatStateName;
}

@ObjectType({ description: 'Every seat as it is at this number.' })
export class LiveMapSnapshot {
  @Field(() => Int, { description: 'The next change has the next number.' })
  sequence: number;

  @Field(() => [LiveSeat])
  seats: LiveSeat[];
}

@ObjectType({ description: 'The seats that changed. Numbers follow each other without a gap.' })
export class LiveMapChange {
  @Field(() => Int)
  sequence: number;

  @Field(() => [LiveSeat])
  seats: LiveSeat[];
}

const LiveMapMessageUnion = createUnionType({
  name: 'LiveMapMessage',
  types: () => [LiveMapSnapshot, LiveMapChange] as const,
  resolveType: (value: object) => (value instanceof LiveMapSnapshot ? LiveMapSnapshot : LiveMapChange),
});

@Resolver()
export class LiveMapResolver {
  constructor(
    private readonly hub: LiveMapHub,
    private readonly bookables: BookablesService,
  ) {}

  @Subscription(() => LiveMapMessageUnion, {
    description:
      'The seats of a bookable, live: a snapshot, then numbered changes. Give the last number seen to go on after a break.',
    resolve: (message: object) => message,
  })
  @Can('catalogue.read')
  async liveMap(
    @CurrentPrincipal() principal: Principal | undefined,
    @IdArgument('bookableId') bookableId: string,
    @Args() { from, to }: JourneyArgs,
    @Args('after', { type: () => Int, nullable: true }) after?: number,
  ): Promise<AsyncIterableIterator<LiveMapSnapshot | LiveMapChange>> {
    const legs = await this.bookables.journey(await this.bookables.getVisible(principal, bookableId), from, to);
    return map(this.hub.watch(bookableId, after), (message) => forJourney(message, legs));
  }
}

function forJourney({ kind, sequence, seats }: LiveMapMessage, legs: LegRange): LiveMapSnapshot | LiveMapChange {
  const message = kind === 'snapshot' ? new LiveMapSnapshot() : new LiveMapChange();
  return Object.assign(message, {
    sequence,
    seats: seats.map((seat) => ({ seatId: seat.seatId, state: stateOn(seat, legs) })),
  });
}

function map<From, To>(source: AsyncIterableIterator<From>, change: (value: From) => To): AsyncIterableIterator<To> {
  return {
    next: async () => {
      const { done, value } = (await source.next()) as IteratorResult<From, undefined>;
      return done ? { done, value: undefined } : { done: false, value: change(value) };
    },
    return: async () => {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
