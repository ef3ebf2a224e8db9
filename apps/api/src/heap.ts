import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

/**
 * By how much of what lives the old generation grows until it is collected. Left alone V8 lets it become three times as
 * large while there is memory, and what requests leave behind fills it within seconds.
 */
const GROWTH_PERCENT = 50;

/** Keeps the process small: half of its heap is garbage of its start, which nobody would collect until the first load. */
export async function keepHeapSmall(): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  const session = new Session();
  session.connect();
  await new Promise((collected) => {
    session.post('HeapProfiler.collectGarbage', collected);
  });
  session.disconnect();
}
