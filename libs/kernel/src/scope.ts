import { AsyncLocalStorage } from 'node:async_hooks';
import { isPromise } from 'node:util/types';

/**
 * A value that travels with a call, through everything that is awaited in it. Before Node 24 that makes every promise of
 * the process dearer, whoever makes it; so it is switched off while nobody is inside.
 */
export class Scope<Value> {
  private readonly storage = new AsyncLocalStorage<Value>();
  private inside = 0;

  /** Of the innermost `run` that has not ended. */
  get value(): Value | undefined {
    return this.storage.getStore();
  }

  /** It ends with what `work` returns; when that is a promise, with the promise. */
  run<Result>(value: Value, work: () => Result): Result {
    this.inside += 1;
    let result: Result;
    try {
      result = this.storage.run(value, work);
    } catch (error) {
      this.leave();
      throw error;
    }
    if (isPromise(result)) result.then(this.leave, this.leave);
    else this.leave();
    return result;
  }

  private readonly leave = (): void => {
    this.inside -= 1;
    if (this.inside === 0) this.storage.disable();
  };
}
