import { ApiError } from './api-error.js';

export interface Answer {
  status: number;
  body: object;
}

/** Refused before anything began: the key stays free for another try. */
const NOT_KEPT = new Set([400, 401, 404, 409, 429]);

/**
 * The first answer of a key is the answer for a day, also when it is 500. Another request under the same key is an
 * error, and so is the same one while the first is not answered.
 */
export class IdempotencyKeys {
  private readonly answers = new Map<string, { request: string; answer: Promise<Answer> }>();
  private readonly busy = new Set<string>();

  async once(key: string | undefined, request: string, work: () => Promise<Answer>): Promise<Answer> {
    if (key === undefined) return await work();
    const first = this.answers.get(key);
    if (first && first.request !== request)
      throw new ApiError(
        400,
        'idempotency_error',
        'Keys for idempotent requests can only be used with the same parameters they were first used with.',
      );
    if (first && this.busy.has(key))
      throw new ApiError(
        409,
        'invalid_request_error',
        'Another request with this key is in progress.',
        'idempotency_key_in_use',
      );
    if (first) return await first.answer;
    const answer = work();
    this.answers.set(key, { request, answer });
    this.busy.add(key);
    const { status } = await answer;
    this.busy.delete(key);
    if (NOT_KEPT.has(status)) this.answers.delete(key);
    return await answer;
  }

  /** A day later. */
  forget(): void {
    this.answers.clear();
  }
}
