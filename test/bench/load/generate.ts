import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromGenerator, LoadResult, Plan } from './plan.js';

/**
 * Makes load in a process of its own.
 * @param onBegin called when the measured time begins, `onEnd` when it ends
 */
export async function generate(
  plan: Plan,
  onBegin: () => void = () => undefined,
  onEnd: () => void = () => undefined,
): Promise<LoadResult> {
  const child = fork(fileURLToPath(new URL('generator.js', import.meta.url)));
  return await new Promise((resolve, reject) => {
    let result: LoadResult | undefined;
    child.on('message', (message: FromGenerator) => {
      if (message.kind === 'begins') onBegin();
      else if (message.kind === 'ends') onEnd();
      else result = message.result;
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      result ? resolve(result) : reject(new Error(`the load generator ended with ${code}`)),
    );
    child.send(plan);
  });
}
