import { applyDecorators } from '@nestjs/common';
import { Field, InputType, Int } from '@nestjs/graphql';
import { IsBoolean, IsISO31661Alpha2, IsOptional, IsUppercase, Length, Max, Min } from 'class-validator';
import { TaxCategory } from './tax-rate.entity.js';

const message = 'country must be a country such as GB (ISO 3166 alpha-2)';

export const IsCountry = applyDecorators(IsUppercase({ message }), IsISO31661Alpha2({ message })) as PropertyDecorator;

@InputType()
export class TaxRateInput {
  @Field({ description: 'ISO 3166 alpha-2, such as GB.' })
  @IsCountry
  country: string;

  @Field({ description: 'Such as VAT.' })
  @Length(1, 60)
  name: string;

  @Field(() => Int, { description: 'In basis points: 2000 are 20 %. 0 for the categories Z and E, more for S.' })
  @Min(0)
  @Max(10_000)
  rateBps: number;

  @Field(() => TaxCategory, { defaultValue: TaxCategory.S })
  @Length(1)
  category: TaxCategory;

  @Field({ defaultValue: false, description: 'For tiers that name none. The default before it is none any more.' })
  @IsBoolean()
  isDefault: boolean;
}

@InputType({ description: 'What is left out stays as it is.' })
export class UpdateTaxRateInput {
  @Field({ nullable: true })
  @IsOptional()
  @Length(1, 60)
  name?: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsBoolean()
  active?: boolean;

  @Field({ nullable: true, description: 'The default before it is none any more.' })
  @IsOptional()
  @IsBoolean()
  isDefault?: boolean;
}
