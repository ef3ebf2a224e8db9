import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import { IsUUID } from 'class-validator';
import { IdempotencyKey } from '#platform';
import { PersonInput } from '#identity';

@InputType({ description: 'Who travels.' })
export class AttendeeInput extends PersonInput {}

@ArgsType()
export class CancelTicketArgs {
  @Field(() => ID)
  @IsUUID()
  id: string;

  @IdempotencyKey
  idempotencyKey?: string;
}
