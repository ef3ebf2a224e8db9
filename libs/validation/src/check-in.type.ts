import { Field, ObjectType } from '@nestjs/graphql';
import { Ticket } from '#tickets';

@ObjectType({ description: 'The passenger may enter: the ticket is used from now on.' })
export class CheckIn {
  @Field(() => Ticket)
  ticket: Ticket;

  @Field()
  scannedAt: Date;
}
