import { Field, InterfaceType } from '@nestjs/graphql';

/**
 * An outcome that the person can act on: the seat is taken, the code is spent. It is thrown inside a transaction, so
 * that everything rolls back, and `returnRefusals` makes it the answer, a member of the mutation's result union.
 * It must not extend `Error`: graphql-js would turn a returned Error into a field error.
 */
@InterfaceType('Refusal', {
  description: 'Why a request was refused, in words for the person who made it. Nothing was changed.',
  resolveType: (value: object) => value.constructor.name,
})
export abstract class Refusal {
  @Field({ description: 'What happened and what can be done next.' })
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}
