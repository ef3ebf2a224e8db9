import { deadlocks } from '#platform';

/** How many circles of waiting transactions PostgreSQL has had to end for this process so far. */
export async function circlesSoFar(): Promise<number> {
  return (await deadlocks.get()).values[0]!.value;
}
