import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsOptional, IsUUID, Length, Max, MaxLength, Min } from 'class-validator';
import { IdempotencyKey } from '#platform';
import { Quote } from '#reservations';
import { TicketIds } from './ticket.inputs.js';

@ObjectType({ description: 'What an exchange costs or gives back. Agree to it with exchangeTickets.' })
export class ExchangeOffer {
  @Field(() => Int, { description: 'What the tickets count for: what was paid, without fees that are kept.' })
  creditMinor: number;

  @Field(() => Int, { description: 'What has to be paid; 0 when the new places are not dearer.' })
  payMinor: number;

  @Field(() => Int, { description: 'What comes back; 0 when the new places are not cheaper.' })
  refundMinor: number;

  @Field(() => Quote, { description: 'Of the new places. Give its id to exchangeTickets.' })
  quote: Quote;
}

@InputType()
export class ExchangeOfferInput {
  @TicketIds
  ticketIds: string[];

  @Field(() => ID, { description: 'Holds the new places; of the same organization.' })
  @IsUUID()
  reservationId: string;

  @Field({ nullable: true, description: 'Of the reservation; not needed by the account that made it.' })
  @IsOptional()
  @MaxLength(200)
  sessionToken?: string;

  @Field({ nullable: true })
  @IsOptional()
  @Length(1, 40)
  promoCode?: string;
}

@InputType()
export class ExchangeTicketsInput extends ExchangeOfferInput {
  @Field(() => ID, { nullable: true, description: 'Of the offer: the price is what was quoted.' })
  @IsOptional()
  @IsUUID()
  quoteId?: string;

  @Field(() => Int, {
    nullable: true,
    description: 'payMinor of the offer. When it is another amount now, nothing is done: TotalChanged.',
  })
  @IsOptional()
  @Min(0)
  @Max(2_147_483_647)
  expectedPayMinor?: number;

  @IdempotencyKey
  idempotencyKey?: string;
}
