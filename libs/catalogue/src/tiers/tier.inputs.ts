import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, IsBoolean, IsDate, IsOptional, IsUUID, Length, Max, Min } from 'class-validator';

/** Fifty seats at this price still fit into an `Int`. */
export const MOST_MINOR = 40_000_000;

@InputType()
export class TierInput {
  @Field()
  @Length(1, 60)
  name: string;

  @Field(() => Int, { description: 'In minor units.' })
  @Min(0)
  @Max(MOST_MINOR)
  priceMinor: number;

  @Field(() => Int, { nullable: true, description: 'How many may be sold; without it as many as there are places.' })
  @IsOptional()
  @Min(1)
  @Max(1_000_000)
  quantity?: number;

  @Field({ nullable: true })
  @IsOptional()
  @IsDate()
  saleStartsAt?: Date;

  @Field({ nullable: true })
  @IsOptional()
  @IsDate()
  saleEndsAt?: Date;

  @Field(() => Int, { nullable: true, description: '1 without it.' })
  @IsOptional()
  @Min(1)
  @Max(100)
  minPerOrder?: number;

  @Field(() => Int, { defaultValue: 10 })
  @Min(1)
  @Max(100)
  maxPerOrder: number;

  @Field({ nullable: true, description: 'Without it yes.' })
  @IsOptional()
  @IsBoolean()
  active?: boolean;

  @Field({ nullable: true, description: 'Without it no.' })
  @IsOptional()
  @IsBoolean()
  requiresApproval?: boolean;

  @Field({ nullable: true, description: 'Without it yes.' })
  @IsOptional()
  @IsBoolean()
  transferable?: boolean;

  @Field({ nullable: true, description: 'Without it no.' })
  @IsOptional()
  @IsBoolean()
  hidden?: boolean;

  @Field(() => ID, { nullable: true, description: "Of the organization. Without it its country's default." })
  @IsOptional()
  @IsUUID()
  taxRateId?: string;
}

@InputType()
export class CreateTierInput extends TierInput {
  @Field(() => Int, { nullable: true, description: 'Place in the order, from 0; without it the last.' })
  @IsOptional()
  @Min(0)
  @Max(1_000)
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
export class UpdateTierInput {
  @Field({ nullable: true })
  @IsOptional()
  @Length(1, 60)
  name?: string;

  @Field(() => Int, { nullable: true, description: 'In minor units. It stays once a place was sold.' })
  @IsOptional()
  @Min(0)
  @Max(MOST_MINOR)
  priceMinor?: number;

  @Field(() => Int, { nullable: true, description: 'Not less than what is sold and held.' })
  @IsOptional()
  @Min(1)
  @Max(1_000_000)
  quantity?: number;

  @Field({ nullable: true })
  @IsOptional()
  @IsDate()
  saleStartsAt?: Date;

  @Field({ nullable: true })
  @IsOptional()
  @IsDate()
  saleEndsAt?: Date;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(100)
  minPerOrder?: number;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(100)
  maxPerOrder?: number;

  @Field({ nullable: true })
  @IsOptional()
  @IsBoolean()
  active?: boolean;

  @Field({ nullable: true })
  @IsOptional()
  @IsBoolean()
  requiresApproval?: boolean;

  @Field({ nullable: true })
  @IsOptional()
  @IsBoolean()
  transferable?: boolean;

  @Field({ nullable: true })
  @IsOptional()
  @IsBoolean()
  hidden?: boolean;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  taxRateId?: string;

  @Field(() => Int, { nullable: true, description: 'Place in the order, from 0; the others make room.' })
  @IsOptional()
  @Min(0)
  @Max(1_000)
  position?: number;

  @Field(() => [TierSetting], { nullable: true, description: 'What the tier shall have no more.' })
  @IsOptional()
  @ArrayMaxSize(4)
  clear?: TierSetting[];
}
