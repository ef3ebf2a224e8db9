import { Field, ObjectType } from '@nestjs/graphql';
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

@ObjectType({ implements: () => Refusal, description: 'It has departed or started.' })
export class TooLate extends Refusal {}

@ObjectType({ implements: () => Refusal, description: 'The PDF is not made yet; try again in a moment.' })
export class DocumentNotReady extends Refusal {
  constructor() {
    super('The ticket is still being printed. Try again in a few seconds.');
  }
}
