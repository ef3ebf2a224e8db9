import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsOptional,
  IsUUID,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
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

/** From where to where: of a field's arguments, and of an input. */
@ArgsType()
@InputType({ isAbstract: true })
export class JourneyArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'Position of the call where the passenger boards; not needed for an event.',
  })
  @IsOptional()
  @Min(0)
  @Max(1000)
  from?: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Position of the call where the passenger leaves; not needed for an event.',
  })
  @IsOptional()
  @Min(1)
  @Max(1000)
  to?: number;
}

@InputType()
export class ReserveInput extends JourneyArgs {
  @Field(() => ID)
  @IsUUID()
  bookableId: string;

  @Field(() => [SeatRequest], { description: `All of them or none; at most ${MOST_SEATS}.` })
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_SEATS)
  @ValidateNested({ each: true })
  @Type(() => SeatRequest)
  seats: SeatRequest[];

  @Field({
    nullable: true,
    description: 'Chosen by the client, 16 to 128 characters, unguessable. The same key gives the first answer again.',
  })
  @IsOptional()
  @Length(16, 128)
  idempotencyKey?: string;
}

@InputType({ description: 'Whom the tickets are for and where they are sent.' })
export class ContactInput extends PersonInput {}

@InputType()
export class CheckOutInput {
  @Field(() => ID)
  @IsUUID()
  reservationId: string;

  @Field({ nullable: true, description: 'Of the reservation; not needed by the account that made it.' })
  @IsOptional()
  @MaxLength(128)
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
}
