import { Session } from 'node:inspector';

/** Half of the heap is garbage of the start by then, which nobody would collect before the first load. */
export async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  await new Promise((collected) => {
    session.post('HeapProfiler.collectGarbage', collected);
  });
  session.disconnect();
}
