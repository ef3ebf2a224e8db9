import { applyDecorators } from '@nestjs/common';
import { Field } from '@nestjs/graphql';
import { IsOptional, Length } from 'class-validator';

/** The `idempotencyKey` of an input or of arguments. @see Idempotency */
export const IdempotencyKey = applyDecorators(
  Field({
    nullable: true,
    description:
      'Chosen by the client, 16 to 128 characters, unguessable. The same key gives the first answer again; with another request it is refused.',
  }),
  IsOptional(),
  Length(16, 128),
) as PropertyDecorator;
