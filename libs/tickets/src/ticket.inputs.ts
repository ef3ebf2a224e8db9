import { Field, InputType } from '@nestjs/graphql';
import { IsEmail, IsNotEmpty, IsOptional, Matches, MaxLength } from 'class-validator';

@InputType({ description: 'Who travels.' })
export class AttendeeInput {
  @Field()
  @MaxLength(120)
  @IsNotEmpty()
  name: string;

  @Field()
  @MaxLength(254)
  @IsEmail()
  email: string;

  @Field({ nullable: true })
  @IsOptional()
  @Matches(/^\+?[\d ()-]{5,25}$/, { message: 'phone must be a telephone number' })
  phone?: string;
}
