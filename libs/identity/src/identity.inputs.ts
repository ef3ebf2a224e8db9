import { applyDecorators } from '@nestjs/common';
import { Field, InputType } from '@nestjs/graphql';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsEmail, IsNotEmpty, IsOptional, Length, MaxLength } from 'class-validator';
import { IsPhone } from './person.input.js';

const trimmed = Transform(({ value }) => (typeof value === 'string' ? value.trim() : (value as unknown)));
const lowerCase = Transform(({ value }) =>
  typeof value === 'string' ? value.trim().toLowerCase() : (value as unknown),
);

const SessionTokens = applyDecorators(
  Field(() => [String], {
    nullable: true,
    description: 'Of reservations that this visitor has made: they become the account’s.',
  }),
  IsOptional(),
  ArrayMaxSize(20),
  MaxLength(128, { each: true }),
) as PropertyDecorator;

@InputType()
export class RegisterInput {
  @Field()
  @lowerCase
  @MaxLength(254)
  @IsEmail()
  email: string;

  @Field({ description: 'At least 10 characters.' })
  @Length(10, 128)
  password: string;

  @Field()
  @trimmed
  @MaxLength(120)
  @IsNotEmpty()
  name: string;

  @Field({ nullable: true, description: 'International form, such as +44 20 7946 0000.' })
  @IsOptional()
  @IsPhone()
  phone?: string;

  @SessionTokens
  sessionTokens?: string[];
}

@InputType()
export class LogInInput {
  @Field()
  @lowerCase
  @MaxLength(254)
  @IsEmail()
  email: string;

  @Field()
  @MaxLength(128)
  password: string;

  @SessionTokens
  sessionTokens?: string[];
}

@InputType()
export class ResetPasswordInput {
  @Field({ description: 'From the link in the e-mail.' })
  @MaxLength(128)
  token: string;

  @Field({ description: 'At least 10 characters.' })
  @Length(10, 128)
  newPassword: string;
}
