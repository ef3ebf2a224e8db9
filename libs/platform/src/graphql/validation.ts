import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { GraphQLError } from 'graphql';

/** Of thousands of wrong seats a caller needs to see a few. */
const MOST_TOLD = 20;

/** Checks every input class with its class-validator marks; what fails is BAD_USER_INPUT with the fields named. */
export function inputValidation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidUnknownValues: false,
    stopAtFirstError: true,
    // The answer must not carry a megabyte back to who sent it.
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const fields = Object.fromEntries(flatten(errors).slice(0, MOST_TOLD));
      return new GraphQLError(Object.values(fields).flat().join('; '), {
        extensions: { code: 'BAD_USER_INPUT', fields },
      });
    },
  });
}

function flatten(errors: ValidationError[], path = ''): [string, string[]][] {
  return errors.flatMap((error) => [
    ...(error.constraints ? [[path + error.property, Object.values(error.constraints)] as [string, string[]]] : []),
    ...flatten(error.children ?? [], `${path}${error.property}.`),
  ]);
}
