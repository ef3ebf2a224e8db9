import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Refusal } from '#platform';

@ObjectType({
  implements: () => Refusal,
  description: 'The tier has been sold: it keeps its price, and cannot be deleted. Deactivate it, or make another.',
})
export class TierSold extends Refusal {
  @Field(() => Int, { description: 'Places of it that are sold now.' })
  readonly sold: number;

  constructor(message: string, sold: number) {
    super(message);
    this.sold = sold;
  }
}

@ObjectType({
  implements: () => Refusal,
  description: 'More places of the tier are sold and held than its new quantity.',
})
export class TierTaken extends Refusal {
  @Field(() => Int, { description: 'Its quantity cannot be less.' })
  readonly taken: number;

  constructor(tier: string, taken: number) {
    super(`${taken} places of ${tier} are sold or held; its quantity cannot be less.`);
    this.taken = taken;
  }
}

@ObjectType({ implements: () => Refusal, description: 'Somebody is buying places of the tier at this moment.' })
export class TierHeld extends Refusal {
  constructor(tier: string) {
    super(`Somebody is buying places of ${tier}. Deactivate it now, and delete it when the holds have ended.`);
  }
}
