import { ProviderRefusal } from '../payment-provider.js';

/** What Stripe's errors carry. */
interface StripeError {
  type: string;
  code?: string;
  message: string;
}

/** The same request with the same parameters would be refused again. */
const REFUSALS = new Set(['StripeInvalidRequestError', 'StripeCardError', 'StripeIdempotencyError']);
/** Refused now, for reasons that pass: our balance is filled by the next payments, another request holds the lock. */
const PASSING = new Set(['balance_insufficient', 'insufficient_funds', 'lock_timeout', 'idempotency_key_in_use']);

export function isStripeError(error: unknown): error is StripeError {
  return error instanceof Error && typeof (error as Partial<StripeError>).type === 'string';
}

export function isRefused(error: unknown): error is StripeError {
  return isStripeError(error) && REFUSALS.has(error.type) && !PASSING.has(error.code ?? '');
}

/** Calls Stripe. @throws ProviderRefusal when another try would get the same answer, else what Stripe's library threw */
export async function asking<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isRefused(error)) throw error;
    throw new ProviderRefusal(`Stripe refuses: ${error.message} (${error.code ?? error.type})`, { cause: error });
  }
}
