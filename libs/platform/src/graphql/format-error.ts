import { HttpException } from '@nestjs/common';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, Kind, isValueNode } from 'graphql';
import type { Logger as Pino } from 'pino';
import { sqlState } from '../database/database.js';
import { isConnectionLost } from '../database/lost-connection.js';
import { correlation } from '../logging/correlation.js';
import { busy, unavailable } from './caller-errors.js';

const CODE_OF_STATUS: Record<number, string> = {
  400: 'BAD_USER_INPUT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'BAD_USER_INPUT',
  429: 'RATE_LIMITED',
};

/** PostgreSQL says: a lock was not to be had in time, or rivals kept pushing this transaction back. */
const BUSY = new Set(['55P03', '40P01', '40001']);

/**
 * What a caller sees of an error: its own mistakes with a code, everything else masked with the request id, under
 * which the log has the rest.
 */
export function errorFormatter(log: Pino): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const original = unwrapResolverError(error);
    const requestId = correlation.id();
    if (original instanceof HttpException && CODE_OF_STATUS[original.getStatus()]) {
      const code = CODE_OF_STATUS[original.getStatus()];
      return { message: original.message, path: formatted.path, extensions: { code, requestId } };
    }
    const code = formatted.extensions?.code;
    if (original instanceof GraphQLError && code !== undefined && code !== 'INTERNAL_SERVER_ERROR') {
      const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
      return { ...formatted, extensions: { ...extensions, requestId } };
    }
    if (isAboutValue(original)) {
      const { message, path, locations } = formatted;
      return { message, locations, path, extensions: { code: 'BAD_USER_INPUT', requestId } };
    }
    const passing = passingTrouble(original);
    if (passing) {
      log.warn({ err: original, path: formatted.path }, 'answered that it is to be tried again');
      const { message, extensions } = passing;
      return { message, path: formatted.path, extensions: { ...extensions, requestId } };
    }
    log.error({ err: original, path: formatted.path }, 'unexpected error in a resolver');
    return {
      message: `Something went wrong on our side. Nothing was changed by this step; quote request ${requestId ?? 'unknown'} if it happens again.`,
      path: formatted.path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    };
  };
}

/**
 * graphql-js says of a value in the document, or of a variable, that it does not fit: such as a variable that is null
 * where an argument has a default and may not be null. It gives these errors no code.
 */
function isAboutValue(error: unknown): boolean {
  return (
    error instanceof GraphQLError &&
    error.nodes?.[0] !== undefined &&
    (isValueNode(error.nodes[0]) || error.nodes[0].kind === Kind.VARIABLE_DEFINITION)
  );
}

function passingTrouble(error: unknown): GraphQLError | undefined {
  if (BUSY.has(sqlState(error) ?? '')) return busy();
  return isConnectionLost(error) ? unavailable() : undefined;
}
