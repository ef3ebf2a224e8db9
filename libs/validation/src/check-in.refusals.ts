import { Field, ObjectType } from '@nestjs/graphql';
import { Refusal } from '#platform';

@ObjectType({ implements: () => Refusal, description: 'This is not one of our codes, or there is no such ticket.' })
export class UnknownCode extends Refusal {
  constructor() {
    super('This is not a Holdfast ticket.');
  }
}

@ObjectType({ implements: () => Refusal, description: 'The code looks like ours, but its signature is wrong.' })
export class ForgedCode extends Refusal {
  constructor() {
    super('This code is forged or damaged. Do not accept it.');
  }
}

@ObjectType({ implements: () => Refusal, description: 'The ticket is for another trip or event.' })
export class WrongBookable extends Refusal {
  @Field({ description: 'What the ticket is for.' })
  readonly title: string;

  @Field()
  readonly startsAt: Date;

  constructor(title: string, startsAt: Date) {
    super(`This ticket is for ${title}.`);
    this.title = title;
    this.startsAt = startsAt;
  }
}

@ObjectType({ implements: () => Refusal, description: 'The passenger boards at another stop.' })
export class WrongStop extends Refusal {
  constructor(stop: string) {
    super(`This ticket is valid from ${stop}.`);
  }
}

@ObjectType({ implements: () => Refusal, description: 'The ticket was scanned before.' })
export class AlreadyUsed extends Refusal {
  @Field(() => Date, { nullable: true })
  readonly usedAt: Date | null;

  @Field(() => String, { nullable: true })
  readonly gate: string | null;

  constructor(usedAt: Date | null, gate: string | null) {
    super(`This ticket was used already${usedAt ? ` at ${usedAt.toISOString()}` : ''}${gate ? ` at ${gate}` : ''}.`);
    this.usedAt = usedAt;
    this.gate = gate;
  }
}

@ObjectType({
  implements: () => Refusal,
  description: 'The ticket was cancelled, refunded, or replaced by a newer one.',
})
export class CancelledTicket extends Refusal {}

@ObjectType({ implements: () => Refusal, description: 'The ticket was never paid, or its time is over.' })
export class ExpiredTicket extends Refusal {}

@ObjectType({ implements: () => Refusal, description: 'Boarding has not begun.' })
export class TooEarly extends Refusal {
  @Field()
  readonly opensAt: Date;

  constructor(opensAt: Date) {
    super(`Boarding begins at ${opensAt.toISOString()}.`);
    this.opensAt = opensAt;
  }
}
