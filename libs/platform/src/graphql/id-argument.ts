import { Injectable, type PipeTransform } from '@nestjs/common';
import { Args, ID } from '@nestjs/graphql';
import { isUUID } from 'class-validator';
import { badInput } from './caller-errors.js';

@Injectable()
class UuidPipe implements PipeTransform<unknown> {
  transform(value: unknown): unknown {
    if (typeof value === 'string' && !isUUID(value))
      throw badInput('An id is a UUID such as 01935b0e-7c1a-7cc0-8f6b-2f0a4a0f1a11.');
    return value;
  }
}

/** An id argument of a resolver: refused as BAD_USER_INPUT before the resolver runs when it is not a UUID. */
export function IdArgument(name: string, description?: string): ParameterDecorator {
  return Args(name, { type: () => ID, description }, UuidPipe);
}
