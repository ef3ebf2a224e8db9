import { Field, InputType } from '@nestjs/graphql';
import { IsEmail, IsOptional, Matches, MaxLength } from 'class-validator';

@InputType({ description: 'Who travels.' })
export class AttendeeInput {
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
  @Matches(/^\+?[\d ()-]{5,25}$/, { message: 'phone must be a telephone number' })
  phone?: string;
}
