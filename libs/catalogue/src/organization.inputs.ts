import { Field, InputType, Int } from '@nestjs/graphql';
import { IsBoolean, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { IsCountry } from './tax/tax-rate.inputs.js';
import { MOST_MINOR } from './tiers/tier.inputs.js';

@InputType({ description: 'What is left out stays as it is.' })
export class OrganizationInput {
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(1440)
  holdMinutes?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(0)
  @Max(100)
  mostExtensions?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(1440)
  holdCapMinutes?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  mostOpenReservations?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(1_000_000)
  mostOpenPerAddress?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(1_000_000)
  mostPlaces?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(8784)
  boardingOpensHours?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(0)
  @Max(8784)
  refundFullUntilHours?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(0)
  @Max(8784)
  refundPartialUntilHours?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(0)
  @Max(100)
  refundPartialPercent?: number;

  @Field({ nullable: true, description: 'ISO 3166 alpha-2, such as GB.' })
  @IsOptional()
  @IsCountry
  country?: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsBoolean()
  taxInclusive?: boolean;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(0)
  @Max(MOST_MINOR)
  feeMinor?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(0)
  @Max(10_000)
  feeBps?: number;

  @Field({ nullable: true })
  @IsOptional()
  @IsBoolean()
  feeRefundable?: boolean;

  @Field({ nullable: true, description: 'Empty: none.' })
  @IsOptional()
  @MaxLength(200)
  legalName?: string;

  @Field({ nullable: true, description: 'Empty: none.' })
  @IsOptional()
  @MaxLength(500)
  address?: string;

  @Field({ nullable: true, description: 'Empty: none.' })
  @IsOptional()
  @MaxLength(60)
  taxNumber?: string;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(720)
  approvalHours?: number;

  @Field(() => Int, { nullable: true, description: '0: no equivalent seats are offered.' })
  @IsOptional()
  @Min(0)
  @Max(1440)
  seatOfferMinutes?: number;
}
