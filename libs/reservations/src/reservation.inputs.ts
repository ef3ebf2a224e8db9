import { applyDecorators } from '@nestjs/common';
import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsEmail,
  IsOptional,
  IsUUID,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IdempotencyKey } from '#platform';
import { PersonInput } from '#identity';

/** More in one request is no passenger. A tier's own limit may be lower. */
const MOST_SEATS = 50;

@InputType()
export class SeatRequest {
  @Field(() => ID)
  @IsUUID()
  seatId: string;

  @Field(() => ID, { nullable: true, description: 'The price class; without it the first that is on sale.' })
  @IsOptional()
  @IsUUID()
  tierId?: string;
}

@InputType()
export class AreaRequest {
  @Field(() => ID)
  @IsUUID()
  areaId: string;

  @Field(() => Int)
  @Min(1)
  @Max(MOST_SEATS)
  count: number;

  @Field(() => ID, { nullable: true, description: 'The price class; without it the first that is on sale.' })
  @IsOptional()
  @IsUUID()
  tierId?: string;
}

/** Fields that several arguments and inputs have; GraphQL's types inherit from one class only. */
const position = (least: number, description: string): PropertyDecorator =>
  applyDecorators(
    Field(() => Int, { nullable: true, description }),
    IsOptional(),
    Min(least),
    Max(1000),
  );
const From = position(0, 'Position of the call where the passenger boards; not needed for an event.');
const To = position(1, 'Position of the call where the passenger leaves; not needed for an event.');

const ReservationId = applyDecorators(
  Field(() => ID),
  IsUUID(),
) as PropertyDecorator;
const SessionToken = applyDecorators(
  Field({ nullable: true, description: 'Of the reservation; not needed by the account that made it.' }),
  IsOptional(),
  MaxLength(128),
) as PropertyDecorator;

/** From where to where. */
@ArgsType()
export class JourneyArgs {
  @From
  from?: number;

  @To
  to?: number;
}

const PromoCode = applyDecorators(
  Field({ nullable: true, description: 'In capitals or not.' }),
  IsOptional(),
  Length(1, 40),
) as PropertyDecorator;

/** What is wanted of a bookable: named seats, and places in areas without numbers. */
@InputType({ isAbstract: true })
export class PlacesInput {
  @Field(() => [SeatRequest], { nullable: true, description: `All of them or none; at most ${MOST_SEATS}.` })
  @IsOptional()
  @ArrayMaxSize(MOST_SEATS)
  @ValidateNested({ each: true })
  @Type(() => SeatRequest)
  seats?: SeatRequest[];

  @Field(() => [AreaRequest], { nullable: true, description: 'Places without numbers, such as standing room.' })
  @IsOptional()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => AreaRequest)
  areas?: AreaRequest[];

  @Field({
    nullable: true,
    description: 'Only for price classes that it unlocks; name it again in the quote or the check-out.',
  })
  @IsOptional()
  @Length(1, 40)
  promoCode?: string;

  @IdempotencyKey
  idempotencyKey?: string;
}

/** A wish for seats without naming them. */
@ArgsType()
@InputType()
export class BestSeatsArgs {
  @Field(() => Int)
  @Min(1)
  @Max(MOST_SEATS)
  count: number;

  @Field({ nullable: true, description: 'Only seats of this category.' })
  @IsOptional()
  @Length(1, 60)
  category?: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How many of the party need a seat that is reachable without steps.',
  })
  @IsOptional()
  @Min(0)
  @Max(MOST_SEATS)
  accessible?: number;

  @Field({ nullable: true, description: 'Rather no seats than seats apart.' })
  @IsOptional()
  togetherRequired?: boolean;
}

@InputType()
export class ReserveInput extends PlacesInput {
  @Field(() => BestSeatsArgs, {
    nullable: true,
    description: 'Instead of seats: the best that are free. If somebody is faster, the next best are taken.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => BestSeatsArgs)
  best?: BestSeatsArgs;

  @Field(() => ID, { nullable: true, description: 'The price class of the seats that are chosen for you.' })
  @IsOptional()
  @IsUUID()
  bestTierId?: string;

  @Field(() => ID)
  @IsUUID()
  bookableId: string;

  @From
  from?: number;

  @To
  to?: number;
}

@InputType()
export class AddPlacesInput extends PlacesInput {
  @ReservationId
  reservationId: string;

  @SessionToken
  sessionToken?: string;
}

@InputType({ description: 'Either a seat, or an area of which one place is given back.' })
export class RemovePlaceInput {
  @ReservationId
  reservationId: string;

  @SessionToken
  sessionToken?: string;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  seatId?: string;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  areaId?: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The price class of the place; without it the one of the area that was added last.',
  })
  @IsOptional()
  @IsUUID()
  tierId?: string;

  @IdempotencyKey
  idempotencyKey?: string;
}

@ArgsType()
export class CancelReservationArgs {
  @Field(() => ID)
  @IsUUID()
  id: string;

  @SessionToken
  sessionToken?: string;

  @IdempotencyKey
  idempotencyKey?: string;
}

@InputType()
export class ExtendReservationInput {
  @ReservationId
  reservationId: string;

  @SessionToken
  sessionToken?: string;

  @IdempotencyKey
  idempotencyKey?: string;
}

@InputType({ description: 'Whom the tickets are for and where they are sent.' })
export class ContactInput extends PersonInput {}

@InputType()
export class CheckOutInput {
  @ReservationId
  reservationId: string;

  @SessionToken
  sessionToken?: string;

  @Field(() => ContactInput, { nullable: true, description: 'Without it the account that is logged in.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => ContactInput)
  contact?: ContactInput;

  @Field(() => Int, {
    nullable: true,
    description: 'The total that the passenger saw. Another total is refused as TotalChanged.',
  })
  @IsOptional()
  @Min(0)
  @Max(2_000_000_000)
  expectedTotalMinor?: number;

  @PromoCode
  promoCode?: string;

  @Field(() => ID, {
    nullable: true,
    description: 'What was quoted is what is ordered, with its promo code. Without it the price of this moment.',
  })
  @IsOptional()
  @IsUUID()
  quoteId?: string;

  @IdempotencyKey
  idempotencyKey?: string;
}

@InputType()
export class QuoteInput {
  @ReservationId
  reservationId: string;

  @SessionToken
  sessionToken?: string;

  @PromoCode
  promoCode?: string;

  @Field({
    nullable: true,
    description: 'Where the tickets will go: some promo codes are for new customers, or once for each.',
  })
  @IsOptional()
  @IsEmail()
  @MaxLength(254)
  email?: string;
}

@InputType({ description: 'The answer to the seats that an order is offered.' })
export class SeatOfferInput {
  @Field(() => ID)
  @IsUUID()
  orderId: string;

  @SessionToken
  sessionToken?: string;

  @IdempotencyKey
  idempotencyKey?: string;
}
