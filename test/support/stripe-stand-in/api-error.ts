/** An answer of Stripe's that is an error. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: 'invalid_request_error' | 'idempotency_error' | 'card_error' | 'api_error',
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }

  get body(): object {
    return { error: { type: this.type, code: this.code, message: this.message } };
  }
}

export function invalid(message: string, code?: string): ApiError {
  return new ApiError(400, 'invalid_request_error', message, code);
}

export function missing(what: string, id: string): ApiError {
  return new ApiError(404, 'invalid_request_error', `No such ${what}: '${id}'`, 'resource_missing');
}
