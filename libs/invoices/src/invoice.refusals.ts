import { Field, ObjectType } from '@nestjs/graphql';
import { Refusal } from '#platform';

@ObjectType({ implements: () => Refusal, description: 'It cannot be an electronic invoice.' })
export class NoElectronicInvoice extends Refusal {
  @Field(() => [String], { description: 'What it would have to say and does not.' })
  readonly missing: string[];

  constructor(missing: string[]) {
    super(`There is no electronic invoice: it lacks ${missing.join(' and ')}. Take the PDF.`);
    this.missing = missing;
  }
}
