import { Injectable } from '@nestjs/common';
import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { LegRange } from '#kernel';
import { Area, type Bookable, Seat } from '#catalogue';
import { Offers } from './inventory/offers.js';
import { type SeatSnapshot, SeatStates } from './inventory/seat-states.js';

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

@ObjectType({ description: 'An area without numbered seats as it is for a journey.' })
export class AreaState {
  @Field(() => Area)
  area: Area;

  @Field(() => Int)
  available: number;
}

@ObjectType({ description: 'What changes of a seat map, apart from its layout (see SeatMap.layoutUrl).' })
export class CompactSeats {
  @Field(() => Int, { description: 'Number of the last change. `liveMap(after:)` goes on from here.' })
  sequence: number;

  @Field({ description: 'One character for each seat in the order of ordinals: `.` free, `h` held, `s` sold.' })
  states: string;
}

@ObjectType({ description: 'How many places of a bookable are left for a journey: seats, and places in areas.' })
export class Availability {
  @Field(() => Int)
  total: number;

  @Field(() => Int)
  available: number;

  @Field(() => Int, { description: 'Seats that somebody is buying on some of these legs; they may come back.' })
  held: number;

  @Field(() => Int, { description: 'Sold seats, and places in areas that are held or sold.' })
  sold: number;

  @Field({ description: 'No place is free, and no seat is on hold that might come back.' })
  isSoldOut: boolean;
}

/** The state of a seat for the legs of a journey, from its state on each leg. */
function stateOn(legs: string, { from, to }: LegRange): SeatStateName {
  const part = legs.slice(from, to);
  if (part.includes('s')) return SeatStateName.SOLD;
  return part.includes('h') ? SeatStateName.HELD : SeatStateName.FREE;
}

/** One character for each seat in the order of ordinals: `.` free, `h` held, `s` sold. */
export function compactStates(legs: string[], { from, to }: LegRange): string {
  let states = '';
  for (const seat of legs) {
    const part = from === 0 && to >= seat.length ? seat : seat.slice(from, to);
    states += part.includes('s') ? 's' : part.includes('h') ? 'h' : '.';
  }
  return states;
}

/** What is free. It informs people; only reserving decides. */
@Injectable()
export class AvailabilityService {
  constructor(
    private readonly seatStates: SeatStates,
    private readonly offers: Offers,
  ) {}

  async seats({ id, seatMapId }: Bookable, legs: LegRange): Promise<SeatState[]> {
    const [snapshot, { seats }] = await Promise.all([this.seatStates.read(id), this.offers.layout(seatMapId)]);
    return seats.map((seat) =>
      Object.assign(new SeatState(), { seat, state: stateOn(snapshot.legs[seat.ordinal]!, legs) }),
    );
  }

  async areas({ id, seatMapId }: Bookable, legs: LegRange): Promise<AreaState[]> {
    const [snapshot, { areas }] = await Promise.all([this.seatStates.read(id), this.offers.layout(seatMapId)]);
    return snapshot.areas.map(({ areaId, ...counts }) =>
      Object.assign(new AreaState(), { area: areas.get(areaId), available: left(counts, legs) }),
    );
  }

  async compact(bookableId: string, legs: LegRange): Promise<{ sequence: number; states: string }> {
    const snapshot = await this.seatStates.read(bookableId);
    return { sequence: snapshot.sequence, states: compactStates(snapshot.legs, legs) };
  }

  async count(bookableId: string, legs: LegRange): Promise<Availability> {
    const snapshot = await this.seatStates.read(bookableId);
    const states = compactStates(snapshot.legs, legs);
    const [held, sold] = [countOf(states, 'h'), countOf(states, 's')];
    const capacity = snapshot.areas.reduce((sum, area) => sum + area.capacity, 0);
    const standing = snapshot.areas.reduce((sum, area) => sum + left(area, legs), 0);
    const available = states.length - held - sold + standing;
    return Object.assign(new Availability(), {
      total: states.length + capacity,
      available,
      held,
      sold: sold + capacity - standing,
      isSoldOut: available + held === 0,
    });
  }
}

function countOf(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

function left({ capacity, taken }: Omit<SeatSnapshot['areas'][number], 'areaId'>, { from, to }: LegRange): number {
  return capacity - Math.max(...taken.slice(from, to));
}
