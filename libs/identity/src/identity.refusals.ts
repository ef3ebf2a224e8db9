import { ObjectType } from '@nestjs/graphql';
import { Refusal } from '#platform';

@ObjectType({ implements: () => Refusal, description: 'There is an account with this address already.' })
export class EmailTaken extends Refusal {
  constructor() {
    super('There is an account with this e-mail address already. Log in, or reset the password.');
  }
}

@ObjectType({ implements: () => Refusal, description: 'The address or the password is wrong; it is not said which.' })
export class WrongCredentials extends Refusal {
  constructor() {
    super('The e-mail address or the password is wrong.');
  }
}

@ObjectType({ implements: () => Refusal, description: 'The refresh token was used, revoked or has expired.' })
export class SessionEnded extends Refusal {
  constructor() {
    super('This login has ended. Log in again.');
  }
}

@ObjectType({ implements: () => Refusal, description: 'The link to reset a password was used or has expired.' })
export class ResetLinkSpent extends Refusal {
  constructor() {
    super('This link was used already or has expired. Ask for a new one.');
  }
}
