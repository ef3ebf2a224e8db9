import { ArgsType, Field, Float, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, IsDate, IsEnum, IsInt, IsOptional, IsUUID, Length, Matches, Max, Min } from 'class-validator';
import { PromoAudience, PromoKind } from './promo.entity.js';

/** The largest price of a place: what is off is never more. */
const MOST_MINOR = 40_000_000;
const MOST_COUNT = 2_147_483_647;
/** A million million in minor units, far below what a double keeps exactly. */
const MOST_BUDGET = 1_000_000_000_000;
const MOST_IDS = 500;

/** What can be taken away again: null in an input means "not given". The values are the names of the properties. */
export enum PromoLimit {
  STARTS_AT = 'startsAt',
  ENDS_AT = 'endsAt',
  MOST_USES = 'mostUses',
  MOST_USES_PER_CUSTOMER = 'mostUsesPerCustomer',
  MOST_PLACES = 'mostPlaces',
  BUDGET = 'budgetMinor',
  MINIMUM = 'minimumMinor',
  MINIMUM_PLACES = 'minimumPlaces',
  MOST_PLACES_PER_ORDER = 'mostPlacesPerOrder',
}
registerEnumType(PromoLimit, { name: 'PromoLimit', description: 'What limits a promo.' });

@ArgsType()
export class PromosArgs {
  @Field(() => Int, { defaultValue: 100, description: 'At most 500.' })
  @Min(1)
  @Max(500)
  first: number;

  @Field(() => ID, { nullable: true, description: 'Id of the last one of the page before.' })
  @IsOptional()
  @IsUUID()
  after?: string;
}

/** Everything of a promo that may change later. */
@InputType({ isAbstract: true })
abstract class PromoLimitsInput {
  @Field({ nullable: true, description: 'From this moment on it is valid.' })
  @IsOptional()
  @IsDate()
  startsAt?: Date;

  @Field({ nullable: true, description: 'From this moment on it is no longer valid.' })
  @IsOptional()
  @IsDate()
  endsAt?: Date;

  @Field(() => Int, { nullable: true, description: 'Orders that may use it.' })
  @IsOptional()
  @Min(1)
  @Max(MOST_COUNT)
  mostUses?: number;

  @Field(() => Int, { nullable: true, description: 'Orders of one customer. For NEW_CUSTOMERS 1, if nothing is said.' })
  @IsOptional()
  @Min(1)
  @Max(MOST_COUNT)
  mostUsesPerCustomer?: number;

  @Field(() => Int, { nullable: true, description: 'Places that may have it, of all orders together.' })
  @IsOptional()
  @Min(1)
  @Max(MOST_COUNT)
  mostPlaces?: number;

  @Field(() => Float, { nullable: true, description: 'What it may cost in all, in minor units; a whole number.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_BUDGET)
  budgetMinor?: number;

  @Field(() => Int, { nullable: true, description: 'Price of the places that it is valid for, before discounts.' })
  @IsOptional()
  @Min(1)
  @Max(MOST_COUNT)
  minimumMinor?: number;

  @Field(() => Int, { nullable: true, description: 'Of the places that it is valid for.' })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  minimumPlaces?: number;

  @Field(() => Int, { nullable: true, description: 'So many places of one order may have it: the cheapest.' })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  mostPlacesPerOrder?: number;

  @Field(() => PromoAudience, { nullable: true, description: 'EVERYBODY, if nothing is said.' })
  @IsOptional()
  @IsEnum(PromoAudience)
  audience?: PromoAudience;

  @Field(() => [ID], { nullable: true, description: 'Trips and events that it is valid for; none: all.' })
  @IsOptional()
  @ArrayMaxSize(MOST_IDS)
  @IsUUID('all', { each: true })
  bookableIds?: string[];

  @Field(() => [ID], {
    nullable: true,
    description: 'Tiers that it is valid for, besides those it unlocks; none: all. A place must fit both lists.',
  })
  @IsOptional()
  @ArrayMaxSize(MOST_IDS)
  @IsUUID('all', { each: true })
  tierIds?: string[];

  @Field(() => [ID], { nullable: true, description: 'Hidden tiers that can be bought with this code.' })
  @IsOptional()
  @ArrayMaxSize(MOST_IDS)
  @IsUUID('all', { each: true })
  unlockedTierIds?: string[];
}

@InputType({ description: 'Kind, value, code and currency stay as they are made.' })
export class PromoInput extends PromoLimitsInput {
  @Field({ nullable: true, description: 'Without one it is given by itself. Capitals and small letters are the same.' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9][A-Za-z0-9_-]{2,39}$/, {
    message: 'code has 3 to 40 letters, digits, hyphens and underscores, and begins with a letter or digit',
  })
  code?: string;

  @Field({ description: 'What passengers read beside the discount.' })
  @Length(1, 120)
  name: string;

  @Field(() => PromoKind)
  @IsEnum(PromoKind)
  kind: PromoKind;

  @Field(() => Int, {
    nullable: true,
    description: 'For PERCENT: hundredths of a percent; 0 for a code that only unlocks tiers.',
  })
  @IsOptional()
  @Min(0)
  @Max(10_000)
  percentBps?: number;

  @Field(() => Int, { nullable: true, description: 'For FIXED and FIXED_PER_PLACE, in minor units.' })
  @IsOptional()
  @Min(1)
  @Max(MOST_MINOR)
  amountMinor?: number;

  @Field(() => Int, { nullable: true, description: 'For N_FOR_M: of every so many places …' })
  @IsOptional()
  @Min(2)
  @Max(1_000)
  takePlaces?: number;

  @Field(() => Int, { nullable: true, description: '… so many are paid.' })
  @IsOptional()
  @Min(1)
  @Max(999)
  payPlaces?: number;

  @Field({ nullable: true, description: 'ISO 4217. Needed for an amount, a budget and a minimum.' })
  @IsOptional()
  @Matches(/^[A-Z]{3}$/, { message: 'currency is a code such as GBP' })
  currency?: string;
}

@InputType({ description: 'What is left out stays as it is. A list that is given replaces the one before.' })
export class PromoChangesInput extends PromoLimitsInput {
  @Field({ nullable: true })
  @IsOptional()
  @Length(1, 120)
  name?: string;

  @Field(() => [PromoLimit], { nullable: true, description: 'Limits to take away.' })
  @IsOptional()
  @ArrayMaxSize(20)
  @IsEnum(PromoLimit, { each: true })
  clear?: PromoLimit[];
}
