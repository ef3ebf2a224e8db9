import { Field, Float, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Refusal } from '#platform';

export enum PromoRefusalReason {
  NOT_STARTED = 'NOT_STARTED',
  ENDED = 'ENDED',
  SPENT = 'SPENT',
  MINIMUM = 'MINIMUM',
  AUDIENCE = 'AUDIENCE',
  NOT_FOR_THESE = 'NOT_FOR_THESE',
  TOO_MANY = 'TOO_MANY',
  ALREADY_USED = 'ALREADY_USED',
}
registerEnumType(PromoRefusalReason, {
  name: 'PromoRefusalReason',
  valuesMap: {
    NOT_STARTED: { description: 'Its time has not come.' },
    ENDED: { description: 'Its time is over, or the organiser ended it.' },
    SPENT: { description: 'Others have used it up, or have it in orders that may still lapse.' },
    MINIMUM: { description: 'The order is too small for it.' },
    AUDIENCE: { description: 'It is for people with an account, or for new customers.' },
    NOT_FOR_THESE: { description: 'It is for other trips, events, tiers or another currency, or takes nothing off.' },
    TOO_MANY: { description: 'It unlocks fewer places for one order.' },
    ALREADY_USED: { description: 'This customer has used it as often as anybody may.' },
  },
});

@ObjectType({
  implements: () => Refusal,
  description: 'There is no such promo code here. The answer is the same for a code of somebody else.',
})
export class PromoCodeUnknown extends Refusal {
  constructor() {
    super('This promo code is not known here. Check how it is written, or go on without it.');
  }
}

@ObjectType({
  implements: () => Refusal,
  description: 'The promo code, or a discount that was given by itself, is not valid for this order or no longer.',
})
export class PromoCodeNotValid extends Refusal {
  @Field(() => PromoRefusalReason)
  readonly reason: PromoRefusalReason;

  constructor(reason: PromoRefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

@ObjectType({ implements: () => Refusal, description: 'The organization has a promo with this code already.' })
export class PromoCodeTaken extends Refusal {
  constructor(code: string) {
    super(`There is a promo with the code ${code} already, perhaps a deactivated one. Choose another code.`);
  }
}

@ObjectType({
  implements: () => Refusal,
  description: 'The limit would be below what is used already. Nothing was changed; to end a promo, deactivate it.',
})
export class PromoLimitTooLow extends Refusal {
  @Field({ description: 'The limit, as the input names it.' })
  readonly limit: string;

  @Field(() => Float, { description: 'What is used already; a whole number.' })
  readonly used: number;

  constructor(limit: string, used: number) {
    super(`${limit} cannot be less than ${used}, which is used already. Choose more, or deactivate the promo.`);
    this.limit = limit;
    this.used = used;
  }
}
