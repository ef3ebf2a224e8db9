import { setTimeout as delay } from 'node:timers/promises';
import { Scope } from './scope.js';

describe('a scope', () => {
  const isOn = (scope: Scope<string>): boolean =>
    (scope as unknown as { storage: { enabled: boolean } }).storage.enabled;

  it('gives its value to everything that is awaited in it, and to nothing else', async () => {
    const scope = new Scope<string>();
    const seen = async (): Promise<(string | undefined)[]> => {
      const before = scope.value;
      await delay(1);
      return [before, await Promise.resolve().then(() => scope.value)];
    };
    const [first, second, outside] = await Promise.all([
      scope.run('first', seen),
      scope.run('second', async () => [...(await seen()), await scope.run('inner', async () => await seen())].flat()),
      seen(),
    ]);
    expect(first).toEqual(['first', 'first']);
    expect(second).toEqual(['second', 'second', 'inner', 'inner']);
    expect(outside).toEqual([undefined, undefined]);
    expect(scope.value).toBeUndefined();
  });

  it('is on while anybody is inside, and then it costs nothing', async () => {
    const scope = new Scope<string>();
    const long = scope.run('long', async () => {
      await delay(20);
      return scope.value;
    });
    expect(scope.run('short', () => scope.value)).toBe('short');
    await expect(scope.run('failed', async () => await Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(() =>
      scope.run('thrown', () => {
        throw new Error('at once');
      }),
    ).toThrow('at once');
    expect(isOn(scope)).toBe(true);
    expect(await long).toBe('long');
    await delay(1);
    expect(isOn(scope)).toBe(false);
    expect(await scope.run('again', async () => await delay(1, scope.value))).toBe('again');
  });
});
