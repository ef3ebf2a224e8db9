import { setTimeout as sleep } from 'node:timers/promises';
import { Batcher } from './batcher.js';

function recording(options: { most?: number; lanes?: number; mostWaiting?: number } = {}) {
  const batches: string[][] = [];
  let under = 0;
  let mostUnder = 0;
  const batcher = new Batcher<string, string>(
    async (requests) => {
      batches.push(requests);
      under += 1;
      mostUnder = Math.max(mostUnder, under);
      await sleep(5);
      under -= 1;
      if (requests.includes('bad')) throw new Error('refused');
      return requests.map((request) => request.toUpperCase());
    },
    {
      most: 10,
      lanes: 1,
      mostWaiting: 100,
      key: (request) => request[0]!,
      overflow: () => new Error('full'),
      ...options,
    },
  );
  return { batcher, batches, mostUnder: () => mostUnder };
}

describe('a batcher', () => {
  it('sends what came together as one, and gives each its own answer', async () => {
    const { batcher, batches } = recording();
    expect(await Promise.all(['a', 'b', 'a2'].map((each) => batcher.submit(each)))).toEqual(['A', 'B', 'A2']);
    expect(batches).toEqual([['a', 'a2', 'b']]);
  });

  it('gathers what comes while a batch is under way', async () => {
    const { batcher, batches } = recording();
    const first = batcher.submit('a');
    await sleep(2);
    await Promise.all([first, batcher.submit('b'), batcher.submit('c')]);
    expect(batches).toEqual([['a'], ['b', 'c']]);
  });

  it('never has one key in two batches, and keeps its order', async () => {
    const { batcher, batches, mostUnder } = recording({ lanes: 2, most: 2 });
    await Promise.all(['a1', 'a2', 'a3', 'a4', 'b1'].map((each) => batcher.submit(each)));
    expect(batches.flat().filter((each) => each.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(batches.filter((batch) => batch.some((each) => each.startsWith('a')))).toHaveLength(2);
    expect(mostUnder()).toBe(2);
  });

  it('refuses when too many wait, and works on afterwards', async () => {
    const { batcher } = recording({ mostWaiting: 2 });
    const taken = [batcher.submit('a'), batcher.submit('b')];
    await expect(batcher.submit('c')).rejects.toThrow('full');
    expect(await Promise.all(taken)).toEqual(['A', 'B']);
    expect(await batcher.submit('c')).toBe('C');
  });

  it('fails a whole batch alike, and works on afterwards', async () => {
    const { batcher } = recording();
    const failed = await Promise.allSettled([batcher.submit('bad'), batcher.submit('other')]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await batcher.submit('a')).toBe('A');
  });
});
