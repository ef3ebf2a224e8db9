import { GraphQLError } from 'graphql';

/**
 * A mistake of the caller, as a GraphQL error with a code. What a passenger can act on is a `Refusal` instead.
 * The message tells the reader what to do next.
 */
function callerError(code: string, message: string, extensions: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions } });
}

const STATUS_OF_CODE: Record<string, number> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  BUSY: 503,
  UNAVAILABLE: 503,
};

/** How plain HTTP says a caller's mistake; `undefined` for an error that is none. */
export function httpStatusOf(error: unknown): number | undefined {
  return error instanceof GraphQLError ? STATUS_OF_CODE[String(error.extensions['code'])] : undefined;
}

/** @param field the input field that is wrong */
export function badInput(message: string, field?: string): GraphQLError {
  return callerError('BAD_USER_INPUT', message, field ? { fields: { [field]: [message] } } : {});
}

export function unauthenticated(
  message = 'Log in first: send the header "Authorization: Bearer <access token>".',
): GraphQLError {
  return callerError('UNAUTHENTICATED', message);
}

export function forbidden(message = 'Your account may not do this.'): GraphQLError {
  return callerError('FORBIDDEN', message);
}

/** More came than can be worked off, or a row was wanted by too many: nothing was changed. */
export function busy(
  message = 'Too many people want this at this moment. Nothing was changed; try again in a few seconds.',
): GraphQLError {
  return callerError('BUSY', message, { retryAfterSeconds: 2 });
}

/** Something was tried in vain too often: nothing more is looked at for so long. */
export function rateLimited(retryAfterSeconds: number): GraphQLError {
  return callerError(
    'RATE_LIMITED',
    `That was wrong too often. Try again in ${Math.ceil(retryAfterSeconds / 60)} min, or go on without it.`,
    { retryAfterSeconds },
  );
}

/** The database was not to be reached, or its answer was lost: what was asked for may have been done. */
export function unavailable(): GraphQLError {
  return callerError(
    'UNAVAILABLE',
    'Our database does not answer at this moment. Try again in a few seconds, with the same idempotency key: what was done already is not done twice.',
    { retryAfterSeconds: 2 },
  );
}

/** @example notFound('trip', id) // There is no trip 0193… */
export function notFound(what: string, id: string): GraphQLError {
  return callerError('NOT_FOUND', `There is no ${what} ${id.slice(0, 64)}.`);
}
