import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<string>();

/**
 * The id that ties a request to its log lines, its events and their jobs. It comes in as `X-Request-Id` or is made
 * here, travels in the outbox row and the job, and goes back to the caller with every error.
 */
export const correlation = {
  id(): string | undefined {
    return storage.getStore();
  },
  run<T>(id: string, work: () => T): T {
    return storage.run(id, work);
  },
};
