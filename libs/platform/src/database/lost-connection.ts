import { QueryRunnerAlreadyReleasedError } from 'typeorm';

/** PostgreSQL is going, is coming, or has no connection left. */
const SQL_STATES = /^(08...|57P0[1-3]|53300)$/;
const SYSTEM_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** What the driver says without a code. */
const WORDS = /^Connection terminated|is not queryable|^timeout exceeded when trying to connect|^Connection ended/;

/**
 * The server was not to be reached, or went away before its answer: whether something was committed is not known.
 * Another try gets another connection.
 */
export function isConnectionLost(error: unknown): boolean {
  // TypeORM gives back a connection that broke, and refuses the next statement of its transaction.
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  if (!(error instanceof Error)) return false;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (driverError !== undefined && driverError !== error) return isConnectionLost(driverError);
  return typeof code === 'string' ? SQL_STATES.test(code) || SYSTEM_ERRORS.has(code) : WORDS.test(error.message);
}
