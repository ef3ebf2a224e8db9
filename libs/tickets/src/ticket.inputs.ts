import { applyDecorators } from '@nestjs/common';
import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayNotEmpty, IsEmail, IsOptional, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { IdempotencyKey } from '#platform';
import { PersonInput } from '#identity';

@InputType({ description: 'Who travels.' })
export class AttendeeInput extends PersonInput {}

export const TicketIds: PropertyDecorator = applyDecorators(
  Field(() => [ID], { description: 'Tickets of one order.' }),
  IsUUID(undefined, { each: true }),
  ArrayNotEmpty(),
  ArrayMaxSize(100),
);

/** What the passenger was offered. */
const ExpectedRefund: PropertyDecorator = applyDecorators(
  Field(() => Int, {
    nullable: true,
    description:
      'What refundOffer said, in minor units. When it is another amount now, nothing is cancelled: RefundChanged.',
  }),
  IsOptional(),
  Min(0),
  Max(2_147_483_647),
);

@ArgsType()
export class CancelTicketArgs {
  @Field(() => ID)
  @IsUUID()
  id: string;

  @ExpectedRefund
  expectedRefundMinor?: number;

  @IdempotencyKey
  idempotencyKey?: string;
}

@InputType()
export class CancelTicketsInput {
  @TicketIds
  ticketIds: string[];

  @ExpectedRefund
  expectedRefundMinor?: number;

  @IdempotencyKey
  idempotencyKey?: string;
}

@ArgsType()
export class RefundOfferArgs {
  @TicketIds
  ticketIds: string[];
}

@InputType()
export class TransferTicketInput {
  @Field(() => ID)
  @IsUUID()
  ticketId: string;

  @Field({ description: 'Of the account that it goes to.' })
  @IsEmail()
  @MaxLength(254)
  email: string;

  @IdempotencyKey
  idempotencyKey?: string;
}
