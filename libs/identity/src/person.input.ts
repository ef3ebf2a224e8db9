import { Field, InputType } from '@nestjs/graphql';
import { IsEmail, IsOptional, Matches, MaxLength } from 'class-validator';

/** A telephone number as people write it. */
export const IsPhone = (): PropertyDecorator =>
  Matches(/^\+?[\d ()-]{5,25}$/, { message: 'phone must be a telephone number' });

/** Somebody who travels or is written to. */
@InputType({ isAbstract: true })
export abstract class PersonInput {
  @Field()
  @MaxLength(120)
  @Matches(/\S/, { message: 'name must not be blank' })
  name: string;

  @Field()
  @MaxLength(254)
  @IsEmail()
  email: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsPhone()
  phone?: string;
}
