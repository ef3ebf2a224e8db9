import { Injectable } from '@nestjs/common';
import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { LegRange } from '#kernel';
import { Seat } from '#catalogue';
import { LiveMap, type SeatLegs } from './live-map.js';

export enum SeatStateName {
  FREE = 'FREE',
  HELD = 'HELD',
  SOLD = 'SOLD',
}
registerEnumType(SeatStateName, {
  name: 'SeatStateName',
  valuesMap: {
    FREE: { description: 'Can be reserved.' },
    HELD: { description: 'Somebody is buying it on some of these legs; it may come back.' },
    SOLD: { description: 'Sold on some of these legs.' },
  },
});

@ObjectType({ description: 'A seat as it is for a journey.' })
export class SeatState {
  @Field(() => Seat)
  seat: Seat;

  @Field(() => SeatStateName)
  state: SeatStateName;
}

@ObjectType({ description: 'How many seats of a bookable are left for a journey.' })
export class Availability {
  @Field(() => Int)
  total: number;

  @Field(() => Int)
  available: number;

  @Field(() => Int)
  held: number;

  @Field(() => Int)
  sold: number;

  @Field({ description: 'No seat is free, and none is on hold that might come back.' })
  isSoldOut: boolean;
}

/** The state of a seat for the legs of a journey, from its state on each leg. */
export function stateOn({ legs }: SeatLegs, { from, to }: LegRange): SeatStateName {
  const part = legs.slice(from, to);
  if (part.includes('s')) return SeatStateName.SOLD;
  return part.includes('h') ? SeatStateName.HELD : SeatStateName.FREE;
}

/** What is free. It informs people; only reserving decides. */
@Injectable()
export class AvailabilityService {
  constructor(private readonly liveMap: LiveMap) {}

  async seats(bookableId: string, legs: LegRange): Promise<Map<string, SeatStateName>> {
    const { seats } = await this.liveMap.snapshot(bookableId);
    return new Map(seats.map((seat) => [seat.seatId, stateOn(seat, legs)]));
  }

  async count(bookableId: string, legs: LegRange): Promise<Availability> {
    const states = [...(await this.seats(bookableId, legs)).values()];
    const counted = (name: SeatStateName): number => states.filter((state) => state === name).length;
    const [available, held, sold] = [
      counted(SeatStateName.FREE),
      counted(SeatStateName.HELD),
      counted(SeatStateName.SOLD),
    ];
    return Object.assign(new Availability(), {
      total: states.length,
      available,
      held,
      sold,
      isSoldOut: available + held === 0,
    });
  }
}
