import { performance } from 'node:perf_hooks';

export interface Progress {
  /** Shows the step while it runs, and its last words and time when it is done. `say` changes the words. */
  step<T>(words: string, work: (say: (words: string) => void) => Promise<T>): Promise<T>;
  /** Ends the updating line, so that other output can follow. */
  quiet(): void;
}

const WIDTH = 68;
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
/** Without a terminal a step that takes this long is announced before it is done. */
const PATIENCE_MS = 2000;

/** Several steps may run at once. On a terminal they share one updating line; elsewhere each gets a plain line. */
export function progressOn(out: NodeJS.WriteStream): Progress {
  const running = new Set<{ words: string; since: number }>();
  let timer: NodeJS.Timeout | undefined;
  let tick = 0;

  const erase = () => void (out.isTTY && out.write('\r\x1b[K'));
  const draw = () => {
    erase();
    if (running.size === 0) return;
    const all = [...running].map((step) => `${step.words} ${seconds(step.since)}`).join(', ');
    out.write(`  ${SPINNER[tick++ % SPINNER.length]} ${all}`.slice(0, (out.columns || 80) - 1));
  };
  const follow = () => {
    if (!out.isTTY) return;
    if (running.size === 0) clearInterval(timer);
    if (running.size === 0) timer = undefined;
    else timer ??= setInterval(draw, 100).unref();
    draw();
  };
  const print = (mark: string, words: string, since: number) => {
    erase();
    out.write(`  ${mark} ${words.padEnd(WIDTH)} ${seconds(since).padStart(7)}\n`);
  };

  return {
    async step(words, work) {
      const step = { words, since: performance.now() };
      running.add(step);
      follow();
      const announcement = setTimeout(() => void (out.isTTY || out.write(`  … ${step.words}\n`)), PATIENCE_MS).unref();
      let mark = '✗';
      try {
        const result = await work((changed) => (step.words = changed));
        mark = '✓';
        return result;
      } finally {
        clearTimeout(announcement);
        running.delete(step);
        print(mark, step.words, step.since);
        follow();
      }
    },
    quiet() {
      clearInterval(timer);
      erase();
      running.clear();
    },
  };
}

/** Says nothing: for tests. */
export const silentProgress: Progress = { step: (_words, work) => work(() => undefined), quiet: () => undefined };

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
