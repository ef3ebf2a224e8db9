import { Scope } from '#kernel';

/** Who asks, as far as it is known by now: the address, and the account once the guard has read it. */
export interface Caller {
  ip: string;
  user?: unknown;
}

const scope = new Scope<{ id: string; caller: Caller | undefined }>();

/**
 * The id that ties a request to its log lines, its events and their jobs. It comes in as `X-Request-Id` or is made
 * here, travels in the outbox row and the job, and goes back to the caller with every error.
 */
export const correlation = {
  id(): string | undefined {
    return scope.value?.id;
  },
  /** `undefined` in jobs, and wherever nobody has asked. */
  caller(): Caller | undefined {
    return scope.value?.caller;
  },
  /** For as long as `work` takes: it has to return the promise of what it has begun. */
  run<T>(id: string, work: () => T, caller?: Caller): T {
    return scope.run({ id, caller }, work);
  },
};
