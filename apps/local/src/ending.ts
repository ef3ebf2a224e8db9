import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** How the launcher ends: once, in order, whatever asks for it first. */
export interface Ending {
  /** What to do at the end; the last added is done first. */
  add(close: () => Promise<void> | void): void;
  /** Does all of it, then leaves with the code. Never returns; a second call changes nothing. */
  end(code: number, words?: string): Promise<never>;
  readonly isUnderWay: boolean;
}

/** No single part may hold up the end for longer. PostgreSQL gets 40 s until it is killed. */
const PATIENCE_MS = 60_000;
/** npm passes on a signal that the terminal sent to us as well; what comes so soon is not a second Ctrl-C. */
const SAME_SIGNAL_MS = 1000;

export function prepareEnding(out: NodeJS.WritableStream, err: NodeJS.WritableStream): Ending {
  const closers: (() => Promise<void> | void)[] = [];
  let ending: Promise<never> | undefined;

  async function closeAll(code: number, words?: string): Promise<never> {
    if (words) (code === 0 ? out : err).write(`${words}\n`);
    for (const close of closers.toReversed()) {
      try {
        await Promise.race([close(), delay(PATIENCE_MS)]);
      } catch (error) {
        err.write(`npm start: while stopping: ${(error as Error).message}\n`);
      }
    }
    process.exit(code);
  }

  const self: Ending = {
    add: (close) => void closers.push(close),
    end: (code, words) => (ending ??= closeAll(code, words)),
    get isUnderWay() {
      return ending !== undefined;
    },
  };
  endOnSignals(self);
  endWithoutNpm(self);
  return self;
}

/** Ctrl-C, kill, a closed terminal. The second one leaves at once; the guard then stops the servers. */
function endOnSignals(ending: Ending): void {
  let first: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      if (first !== undefined && now - first > SAME_SIGNAL_MS) process.exit(1);
      first ??= now;
      void ending.end(0, '\nStopping');
    });
  }
  // A terminal that was closed takes no more output.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** When npm is killed its child would go on alone, and hold the port. */
function endWithoutNpm(ending: Ending): void {
  if (!process.env['npm_lifecycle_event']) return;
  const npm = process.ppid;
  setInterval(() => void (process.ppid !== npm && ending.end(0, 'npm is gone: stopping')), 500).unref();
}
