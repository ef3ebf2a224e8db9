import { performance } from 'node:perf_hooks';

/** Something was not as it must be. */
export class JourneyFailure extends Error {}

/** @throws JourneyFailure when it does not hold; `what` is printed with the step */
export type Check = (holds: unknown, what: string, otherwise?: string) => asserts holds;

/** Prints a step a line: what was checked, and how long it took. The first that fails ends the journey. */
export class Steps {
  readonly times: { name: string; ms: number }[] = [];
  private checked: string[] = [];

  constructor(private readonly print: (line: string) => void) {}

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.checked = [];
    const began = performance.now();
    try {
      const result = await work();
      const ms = performance.now() - began;
      this.times.push({ name, ms });
      this.print(`✓ ${name.padEnd(34)} ${String(Math.round(ms)).padStart(6)} ms   ${this.checked.join('; ')}`);
      return result;
    } catch (error) {
      this.print(
        `✗ ${name.padEnd(34)} ${String(Math.round(performance.now() - began)).padStart(6)} ms   ${(error as Error).message}`,
      );
      throw error;
    }
  }

  readonly check: Check = (holds, what, otherwise) => {
    if (!holds) throw new JourneyFailure(`not so: ${what}${otherwise ? ` (${otherwise})` : ''}`);
    this.checked.push(what);
  };
}

/** Asks until there is an answer. @throws JourneyFailure after `seconds` */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > until) throw new JourneyFailure(`${what} did not happen within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
