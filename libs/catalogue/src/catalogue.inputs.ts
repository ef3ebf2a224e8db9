import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsDate,
  IsISO8601,
  IsOptional,
  IsTimeZone,
  IsUUID,
  IsUrl,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { TierInput } from './tiers/tier.inputs.js';

const trimmed = Transform(({ value }) => (typeof value === 'string' ? value.trim() : (value as unknown)));

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'At most 100.' })
  @Min(1)
  @Max(100)
  first: number;

  @Field(() => ID, { nullable: true, description: 'Id of the last one of the page before.' })
  @IsOptional()
  @IsUUID()
  after?: string;
}

@ArgsType()
export class TripSearchArgs extends PageArgs {
  @Field({ description: 'Words of a stop, or its id.' })
  @trimmed
  @Length(2, 100)
  origin: string;

  @Field({ description: 'Words of a stop, or its id.' })
  @trimmed
  @Length(2, 100)
  destination: string;

  @Field({ description: 'Local day of departure, YYYY-MM-DD.' })
  @Matches(/^[12]\d{3}-\d{2}-\d{2}$/, { message: 'date must be a day such as 2026-12-01' })
  @IsISO8601({ strict: true }, { message: 'date must be a day such as 2026-12-01' })
  date: string;
}

@InputType()
export class StopInput {
  @Field()
  @Length(1, 120)
  name: string;

  @Field()
  @IsTimeZone()
  timeZone: string;
}

@InputType()
export class VenueInput extends StopInput {
  @Field()
  @Length(1, 300)
  address: string;
}

@InputType()
export class RouteInput {
  @Field()
  @Length(1, 30)
  shortName: string;

  @Field()
  @Length(1, 200)
  longName: string;
}

@InputType()
export class CallInput {
  @Field(() => ID)
  @IsUUID()
  stopId: string;

  @Field()
  @IsDate()
  arrivesAt: Date;

  @Field()
  @IsDate()
  departsAt: Date;
}

@InputType()
export class TripInput {
  @Field(() => ID)
  @IsUUID()
  routeId: string;

  @Field(() => ID)
  @IsUUID()
  seatMapId: string;

  @Field()
  @Length(1, 120)
  headsign: string;

  @Field(() => [CallInput], { description: 'In order; at least two.' })
  @ArrayMinSize(2)
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => CallInput)
  calls: CallInput[];

  @Field(() => [TierInput])
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => TierInput)
  tiers: TierInput[];
}

@InputType()
export class EventInput {
  @Field(() => ID)
  @IsUUID()
  venueId: string;

  @Field(() => ID)
  @IsUUID()
  seatMapId: string;

  @Field()
  @Length(1, 200)
  title: string;

  @Field({ defaultValue: '' })
  @MaxLength(10_000)
  description: string;

  @Field()
  @Length(1, 60)
  category: string;

  @Field({ nullable: true })
  @IsOptional()
  @MaxLength(500)
  @IsUrl({ require_tld: false })
  pictureUrl?: string;

  @Field()
  @IsDate()
  startsAt: Date;

  @Field()
  @IsDate()
  endsAt: Date;

  @Field(() => [TierInput])
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => TierInput)
  tiers: TierInput[];
}
