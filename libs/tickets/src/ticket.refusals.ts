import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Refusal } from '#platform';
import { TicketState } from './ticket.entity.js';

@ObjectType({ implements: () => Refusal, description: 'The ticket is not in a state in which this can be done.' })
export class TicketNotValid extends Refusal {
  @Field(() => TicketState)
  readonly state: TicketState;

  constructor(state: TicketState) {
    super(`This ticket is ${state.toLowerCase()}. Only a paid ticket that was not used can do that.`);
    this.state = state;
  }
}

@ObjectType({ implements: () => Refusal, description: 'Tickets of this price class stay with whoever bought them.' })
export class NotTransferable extends Refusal {
  constructor() {
    super('Tickets of this price class cannot be passed on.');
  }
}

@ObjectType({ implements: () => Refusal, description: 'There is no account with this e-mail address.' })
export class RecipientUnknown extends Refusal {
  constructor() {
    super('Nobody has an account with this e-mail address. Ask them to register first.');
  }
}

@ObjectType({ implements: () => Refusal, description: 'It has departed or started.' })
export class TooLate extends Refusal {}

@ObjectType({
  implements: () => Refusal,
  description: 'Less or more comes back than the client expected. Show it and ask again.',
})
export class RefundChanged extends Refusal {
  @Field(() => Int)
  readonly refundMinor: number;

  constructor(refundMinor: number) {
    super(`${refundMinor} in minor units would come back now. Check it, then cancel again.`);
    this.refundMinor = refundMinor;
  }
}

@ObjectType({ implements: () => Refusal, description: 'The PDF is not made yet; try again in a moment.' })
export class DocumentNotReady extends Refusal {
  constructor(what = 'ticket') {
    super(`The ${what} is still being printed. Try again in a few seconds.`);
  }
}
