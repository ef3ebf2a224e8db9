interface Waiting<Request, Answer> {
  request: Request;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

export interface BatcherOptions<Request> {
  /** Requests in one batch. */
  most: number;
  /** Batches under way at the same time. */
  lanes: number;
  /** Requests that may wait; the next one is refused with `overflow`. */
  mostWaiting: number;
  /** Requests with one key are never in two batches at once, and are answered in the order they came. */
  key: (request: Request) => string;
  /** The error for a request that finds the queue full. */
  overflow: () => Error;
}

/**
 * Gathers the requests of many callers into batches. It has no timer: a batch leaves as soon as a lane is free, with
 * what has come by then. Alone, a request goes at once; under load, batches grow by themselves.
 */
export class Batcher<Request, Answer> {
  private readonly queues = new Map<string, Waiting<Request, Answer>[]>();
  private readonly busy = new Set<string>();
  private waiting = 0;
  private lanes = 0;
  private scheduled = false;

  /** @param run answers a whole batch, in the order of its requests; when it throws, all of them fail alike */
  constructor(
    private readonly run: (requests: Request[]) => Promise<Answer[]>,
    private readonly options: BatcherOptions<Request>,
  ) {}

  submit(request: Request): Promise<Answer> {
    if (this.waiting >= this.options.mostWaiting) return Promise.reject(this.options.overflow());
    return new Promise((resolve, reject) => {
      const key = this.options.key(request);
      const queue = this.queues.get(key);
      if (queue) queue.push({ request, resolve, reject });
      else this.queues.set(key, [{ request, resolve, reject }]);
      this.waiting += 1;
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.lanes >= this.options.lanes) return;
    this.scheduled = true;
    // After the sockets that are readable now have been read: their requests join.
    setImmediate(() => {
      this.scheduled = false;
      while (this.lanes < this.options.lanes && this.start());
    });
  }

  private start(): boolean {
    const { batch, keys } = this.take();
    if (batch.length === 0) return false;
    this.lanes += 1;
    void this.answer(batch).finally(() => {
      this.lanes -= 1;
      keys.forEach((key) => this.busy.delete(key));
      this.schedule();
    });
    return true;
  }

  private async answer(batch: Waiting<Request, Answer>[]): Promise<void> {
    try {
      const answers = await this.run(batch.map(({ request }) => request));
      batch.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
  }

  private take(): { batch: Waiting<Request, Answer>[]; keys: string[] } {
    const batch: Waiting<Request, Answer>[] = [];
    const keys: string[] = [];
    for (const [key, queue] of this.queues) {
      if (this.busy.has(key)) continue;
      const taken = queue.splice(0, this.options.most - batch.length);
      batch.push(...taken);
      keys.push(key);
      this.busy.add(key);
      this.queues.delete(key);
      // What did not fit goes to the end: a crowd for one trip does not keep the others waiting.
      if (queue.length > 0) this.queues.set(key, queue);
      if (batch.length >= this.options.most) break;
    }
    this.waiting -= batch.length;
    return { batch, keys };
  }
}
