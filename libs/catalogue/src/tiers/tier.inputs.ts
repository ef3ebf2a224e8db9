import { applyDecorators } from '@nestjs/common';
import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, IsBoolean, IsDate, IsOptional, IsUUID, Length, Max, Min } from 'class-validator';

/** Fifty seats at this price still fit into an `Int`. */
export const MOST_MINOR = 40_000_000;

/** What a tier may have is the same when it is made and when it is changed. */
const NameLength = Length(1, 60);
const within = (least: number, most: number): PropertyDecorator => applyDecorators(Min(least), Max(most));
const PriceBounds = within(0, MOST_MINOR);
const QuantityBounds = within(1, 1_000_000);
const PerOrderBounds = within(1, 100);
const PositionBounds = within(0, 1_000);

/** What a tier may have beside its name and its price, when it is made and when it is changed. */
@InputType({ isAbstract: true })
abstract class TierOptions {
  @Field(() => Int, {
    nullable: true,
    description:
      'How many may be sold, not less than what is sold and held. A tier that has none is sold as long as there are places.',
  })
  @IsOptional()
  @QuantityBounds
  quantity?: number;

  @Field({ nullable: true })
  @IsOptional()
  @IsDate()
  saleStartsAt?: Date;

  @Field({ nullable: true })
  @IsOptional()
  @IsDate()
  saleEndsAt?: Date;

  @Field(() => Int, { nullable: true, description: 'Of a new tier: 1, if nothing is said.' })
  @IsOptional()
  @PerOrderBounds
  minPerOrder?: number;

  @Field({ nullable: true, description: 'Of a new tier: yes, if nothing is said.' })
  @IsOptional()
  @IsBoolean()
  active?: boolean;

  @Field({ nullable: true, description: 'Of a new tier: no, if nothing is said.' })
  @IsOptional()
  @IsBoolean()
  requiresApproval?: boolean;

  @Field({ nullable: true, description: 'Of a new tier: yes, if nothing is said.' })
  @IsOptional()
  @IsBoolean()
  transferable?: boolean;

  @Field({ nullable: true, description: 'Of a new tier: no, if nothing is said.' })
  @IsOptional()
  @IsBoolean()
  hidden?: boolean;

  @Field(() => ID, {
    nullable: true,
    description: "Of the organization. A tier that has none has its country's default.",
  })
  @IsOptional()
  @IsUUID()
  taxRateId?: string;
}

@InputType()
export class TierInput extends TierOptions {
  @Field()
  @NameLength
  name: string;

  @Field(() => Int, { description: 'In minor units.' })
  @PriceBounds
  priceMinor: number;

  @Field(() => Int, { defaultValue: 10 })
  @PerOrderBounds
  maxPerOrder: number;
}

@InputType()
export class CreateTierInput extends TierInput {
  @Field(() => Int, { nullable: true, description: 'Place in the order, from 0; without it the last.' })
  @IsOptional()
  @PositionBounds
  position?: number;
}

/** What a tier need not have. */
export enum TierSetting {
  QUANTITY = 'QUANTITY',
  SALE_START = 'SALE_START',
  SALE_END = 'SALE_END',
  TAX_RATE = 'TAX_RATE',
}
registerEnumType(TierSetting, { name: 'TierSetting', description: 'What a tier need not have.' });

@InputType({ description: 'What is left out, or null, stays as it is.' })
export class UpdateTierInput extends TierOptions {
  @Field({ nullable: true })
  @IsOptional()
  @NameLength
  name?: string;

  @Field(() => Int, { nullable: true, description: 'In minor units. It stays once a place was sold.' })
  @IsOptional()
  @PriceBounds
  priceMinor?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @PerOrderBounds
  maxPerOrder?: number;

  @Field(() => Int, { nullable: true, description: 'Place in the order, from 0; the others make room.' })
  @IsOptional()
  @PositionBounds
  position?: number;

  @Field(() => [TierSetting], { nullable: true, description: 'What the tier shall have no more.' })
  @IsOptional()
  @ArrayMaxSize(4)
  clear?: TierSetting[];
}
