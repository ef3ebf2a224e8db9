import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Refusal } from '#platform';

@ObjectType({
  implements: () => Refusal,
  description: 'Somebody else has one of the seats on some of these legs. Nothing was reserved.',
})
export class SeatTaken extends Refusal {
  @Field(() => [ID], { description: 'The seats that are taken.' })
  readonly seatIds: string[];

  constructor(seats: { id: string; label: string }[]) {
    super(
      `${seats.length === 1 ? 'Seat' : 'Seats'} ${seats.map(({ label }) => label).join(', ')} ${seats.length === 1 ? 'is' : 'are'} taken. Choose another.`,
    );
    this.seatIds = seats.map(({ id }) => id);
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
  description: 'The total is not what the client expected. Show the new one and ask again.',
})
export class TotalChanged extends Refusal {
  constructor(readonly totalMinor: number) {
    super(`The total is ${totalMinor} in minor units. Check it, then check out again.`);
  }
}
