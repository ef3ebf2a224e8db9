import { cpuSeconds, familyCpuSeconds, watchMemory } from '../ground/processes.js';
import type { Server } from '../ground/server.js';
import { generate } from '../load/generate.js';
import type { LoadResult, Plan } from '../load/plan.js';
import type { Bench, Slice } from '../rounds.js';

/** A slice of load with everything that was seen of it. */
export interface Loaded {
  slice: Slice;
  result: LoadResult;
}

/**
 * Makes load on these servers and measures their CPU time meanwhile.
 * @param counted the answers that count as operations; any other answer makes the slice void, except those in `allowed`
 */
export async function load(
  { ground, form }: Bench,
  servers: Server[],
  plan: Pick<Plan, 'work' | 'connections'> & Partial<Plan>,
  counted: string[],
  allowed: string[] = [],
): Promise<Loaded> {
  const used = { api: 0, postgres: 0 };
  const look = (sign: 1 | -1): void => {
    used.api += sign * servers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
    used.postgres += sign * familyCpuSeconds(ground.postgresPid);
  };
  const memory = watchMemory(servers.map(({ pid }) => pid));
  const result = await generate(
    {
      targets: servers.map(({ url }) => url),
      warmUpSeconds: form.warmUpSeconds,
      seconds: form.seconds,
      ...plan,
    },
    () => look(-1),
    () => look(1),
  );
  const memoryMib = memory();
  const operations = counted.reduce((sum, name) => sum + (result.answers[name] ?? 0), 0);
  const { seconds } = result;
  return {
    result,
    slice: {
      values: {
        rate: operations / seconds,
        ...(result.seats > 0 && { seats: result.seats / seconds }),
        apiMicros: (used.api / operations) * 1e6,
        postgresMicros: (used.postgres / operations) * 1e6,
        p99: result.latencyMs.p99,
        memoryMib,
      },
      latencyMs: result.latencyMs,
      cores: { api: used.api / seconds, postgres: used.postgres / seconds, generator: result.cpuSeconds / seconds },
      answers: result.answers,
      void: faultOf(result, [...counted, ...allowed]),
    },
  };
}

/** An error must never look like speed. */
function faultOf({ allAnswers, complaints }: LoadResult, expected: string[]): string | undefined {
  const odd = Object.entries(allAnswers).filter(([name]) => !expected.includes(name));
  if (odd.length === 0) return undefined;
  return `${odd.map(([name, count]) => `${count} × ${name}`).join(', ')}${complaints[0] ? ` (${complaints[0].slice(0, 200)})` : ''}`;
}
