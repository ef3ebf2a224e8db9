import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { LegRange } from '#kernel';
import { Refusal } from '#platform';

@ObjectType({
  implements: () => Refusal,
  description: 'Somebody else has one of the seats on some of these legs. Nothing was reserved.',
})
export class SeatTaken extends Refusal {
  @Field(() => [ID], { description: 'The seats that are taken.' })
  readonly seatIds: string[];
  readonly ordinals: number[];

  constructor(
    seats: { id: string; label: string; ordinal: number }[],
    readonly bookableId: string,
    readonly legs: LegRange,
  ) {
    super(
      `${seats.length === 1 ? 'Seat' : 'Seats'} ${seats.map(({ label }) => label).join(', ')} ${seats.length === 1 ? 'is' : 'are'} taken. Choose another.`,
    );
    this.seatIds = seats.map(({ id }) => id);
    this.ordinals = seats.map(({ ordinal }) => ordinal);
  }
}

@ObjectType({
  implements: () => Refusal,
  description: 'There are not so many seats of this kind, or not together. Nothing was reserved.',
})
export class NotEnoughSeats extends Refusal {
  @Field(() => Int, { description: 'So many are free.' })
  readonly free: number;

  @Field(() => [[ID]], { description: 'Seats that could be had apart, in groups that sit together; may be empty.' })
  readonly apart: string[][];

  constructor(free: number, apart: { id: string }[][]) {
    super(
      apart.length > 0
        ? `There are no seats together for this party, only in ${apart.length} groups.`
        : `Only ${free} such seats are free.`,
    );
    this.free = free;
    this.apart = apart.map((group) => group.map(({ id }) => id));
  }
}

@ObjectType({ implements: () => Refusal, description: 'The area has fewer places left than were asked for.' })
export class AreaFull extends Refusal {
  @Field(() => Int)
  readonly left: number;

  constructor(area: string, left: number) {
    super(left === 0 ? `${area} is full.` : `${area} has only ${left} left.`);
    this.left = left;
  }
}

@ObjectType({
  implements: () => Refusal,
  description: 'This cannot be bought: not published, cancelled, already left, or no price class is on sale.',
})
export class NotOnSale extends Refusal {}

@ObjectType({ implements: () => Refusal, description: 'The price class has fewer places left than were asked for.' })
export class TierSoldOut extends Refusal {
  @Field(() => Int)
  readonly left: number;

  constructor(tier: string, left: number) {
    super(left === 0 ? `${tier} is sold out.` : `${tier} has only ${left} left.`);
    this.left = left;
  }
}

@ObjectType({
  implements: () => Refusal,
  description: 'More or fewer seats than the price class allows, or too many open reservations.',
})
export class LimitExceeded extends Refusal {}

@ObjectType({
  implements: () => Refusal,
  description: 'The time to pay is up. The seats may have gone to somebody else.',
})
export class ReservationEnded extends Refusal {}

@ObjectType({
  implements: () => Refusal,
  description: 'The reservation has been checked out: its order has these places. Cancel it to choose again.',
})
export class AlreadyCheckedOut extends Refusal {
  constructor() {
    super('This reservation has been checked out. Pay for it, or cancel it and choose again.');
  }
}

@ObjectType({ implements: () => Refusal, description: 'The order has been decided about already, or its time is up.' })
export class NotAwaitingApproval extends Refusal {
  constructor() {
    super('This order does not wait for approval any more.');
  }
}

@ObjectType({ implements: () => Refusal, description: 'The quote is not for what is reserved now. Ask for a new one.' })
export class QuoteOutdated extends Refusal {
  constructor() {
    super('The places have changed since this price was quoted. Ask for a new quote and check out with it.');
  }
}

@ObjectType({
  implements: () => Refusal,
  description: 'The total is not what the client expected. Show the new one and ask again.',
})
export class TotalChanged extends Refusal {
  @Field(() => Int)
  readonly totalMinor: number;

  constructor(totalMinor: number) {
    super(`The total is ${totalMinor} in minor units. Check it, then check out again.`);
    this.totalMinor = totalMinor;
  }
}

@ObjectType({
  implements: () => Refusal,
  description: 'No other seats are offered for this order any more: it has been decided about, or its time is up.',
})
export class SeatOfferEnded extends Refusal {}
