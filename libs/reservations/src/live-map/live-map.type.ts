import { Field, ID, Int, ObjectType, createUnionType } from '@nestjs/graphql';
import type { LegRange } from '#kernel';
import { SeatStateName, compactStates } from '../availability.js';
import type { SeatLegs } from '../inventory/inventory-changes.js';

/** What each character of the compact form says. */
const NAMES: Record<string, SeatStateName> = { '.': SeatStateName.FREE, h: SeatStateName.HELD, s: SeatStateName.SOLD };

@ObjectType()
export class LiveSeat {
  @Field(() => ID)
  seatId: string;

  @Field(() => SeatStateName)
  state: SeatStateName;
}

const liveSeat = (seatId: string, character: string): LiveSeat =>
  Object.assign(new LiveSeat(), { seatId, state: NAMES[character] });

@ObjectType({ description: 'Every seat as it is at this number.' })
export class LiveMapSnapshot {
  @Field(() => Int, { description: 'The next change goes on from here: its since is this number.' })
  readonly sequence: number;

  @Field({
    description:
      'All seats in the order of their ordinals, one character each: "." free, "h" held, "s" sold. Small; ask for this or for seats.',
  })
  readonly states: string;

  constructor(
    sequence: number,
    states: string,
    private readonly seatIds: string[],
  ) {
    this.sequence = sequence;
    this.states = states;
  }

  @Field(() => [LiveSeat], { description: 'The same, seat by seat.' })
  get seats(): LiveSeat[] {
    return Array.from(this.states, (character, ordinal) => liveSeat(this.seatIds[ordinal]!, character));
  }
}

@ObjectType({
  description:
    'What changed after one number up to another, each seat as it is now. When since is not the last number that you saw, something was missed: subscribe again with after.',
})
export class LiveMapChange {
  @Field(() => Int, { description: 'The number of the message before this one.' })
  readonly since: number;

  @Field(() => Int, { description: 'The next change goes on from here: its since is this number.' })
  readonly sequence: number;

  @Field({
    description:
      'The seats that changed, divided by commas: the ordinal of the seat and "." free, "h" held or "s" sold, such as "0h,17s,48.". Small; ask for this or for seats.',
  })
  readonly changes: string;

  constructor(
    since: number,
    sequence: number,
    changes: string,
    private readonly seatIds: string[],
  ) {
    this.since = since;
    this.sequence = sequence;
    this.changes = changes;
  }

  @Field(() => [LiveSeat], { description: 'The same, seat by seat.' })
  get seats(): LiveSeat[] {
    return this.isEmpty
      ? []
      : this.changes.split(',').map((change) => liveSeat(this.seatIds[Number(change.slice(0, -1))]!, change.at(-1)!));
  }

  get isEmpty(): boolean {
    return this.changes === '';
  }
}

export type LiveMapMessage = LiveMapSnapshot | LiveMapChange;

export const LiveMapMessageUnion = createUnionType({
  name: 'LiveMapMessage',
  types: () => [LiveMapSnapshot, LiveMapChange] as const,
  resolveType: (value: object) => (value instanceof LiveMapSnapshot ? LiveMapSnapshot : LiveMapChange),
});

export function changesOn(seats: SeatLegs[], journey: LegRange): string {
  const states = compactStates(
    seats.map(({ legs }) => legs),
    journey,
  );
  return seats.map(({ ordinal }, index) => `${ordinal}${states[index]}`).join(',');
}
