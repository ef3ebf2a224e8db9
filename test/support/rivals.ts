import { GraphqlFailure } from '../../apps/cli/src/journey/client.js';
import type { Database } from '#platform';

export const RIVALS = 50;

/** Fifty at once; each answers with an outcome, or with the code of its error under the same name. */
export async function rush<T extends { __typename: string }>(
  ask: (rival: number) => Promise<T>,
): Promise<(T | { __typename: string })[]> {
  return await Promise.all(Array.from({ length: RIVALS }, async (_, rival) => await orCode(ask(rival))));
}

/** The outcome, or the code of the error as if it were one. */
export async function orCode<T extends { __typename: string }>(asked: Promise<T>): Promise<T | { __typename: string }> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof GraphqlFailure) return { __typename: error.code ?? error.message };
    throw error;
  }
}

/** How many of each. */
export function tally(outcomes: { __typename: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { __typename } of outcomes) counts[__typename] = (counts[__typename] ?? 0) + 1;
  return counts;
}

/** A place to wait at until so many have come; who comes later passes. */
export function meetingOf(missing: number): () => Promise<void> {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return async () => {
    missing -= 1;
    if (missing === 0) open();
    await opened;
  };
}

/** From now on, whoever calls this method waits there: before it does anything, or when it is done. */
export function waitAt<Name extends string>(
  when: 'before' | 'after',
  service: Record<Name, (...asked: never[]) => Promise<unknown>>,
  method: Name,
  wait: () => Promise<void>,
): void {
  const methods: Record<string, (...asked: never[]) => Promise<unknown>> = service;
  const original = methods[method]!.bind(service);
  jest.spyOn(methods, method).mockImplementation(async (...asked) => {
    if (when === 'before') await wait();
    const answer = await original(...asked);
    if (when === 'after') await wait();
    return answer;
  });
}

/**
 * Takes a guard out of a function of this test's own database, for a negative control.
 * @throws Error when the function does not have it: the control would prove nothing
 * @returns puts it back
 */
export async function weaken(
  database: Database,
  name: string,
  guard: string,
  without: string,
): Promise<() => Promise<void>> {
  const [row] = await database.query<{ definition: string }>(
    `SELECT pg_get_functiondef(oid) AS definition FROM pg_proc WHERE proname = $1`,
    [name],
  );
  if (!row?.definition.includes(guard)) throw new Error(`${name} does not contain ${guard}`);
  await database.query(row.definition.replaceAll(guard, without));
  return async () => void (await database.query(row.definition));
}
