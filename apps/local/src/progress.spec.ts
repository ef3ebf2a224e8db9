import { setTimeout as delay } from 'node:timers/promises';
import { progressOn } from './progress.js';

function fakeOut(isTTY: boolean) {
  const out = { isTTY, columns: 60, text: '', write: (text: string) => (out.text += text) };
  return out;
}

describe('progress', () => {
  it('prints a line per step when it is done, with its last words and its time', async () => {
    const out = fakeOut(false);
    const progress = progressOn(out as unknown as NodeJS.WriteStream);
    const slow = progress.step('Slow', async (say) => {
      await delay(20);
      say('Slow 1.0');
    });
    await expect(progress.step('Broken', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await slow;
    expect(out.text).toMatch(/^ {2}✗ Broken {20,}0\.0 s\n {2}✓ Slow 1\.0 {20,}0\.0 s\n$/);
  });

  it('shows all running steps in one updating line on a terminal, never wider than it', async () => {
    const out = fakeOut(true);
    const progress = progressOn(out as unknown as NodeJS.WriteStream);
    await Promise.all([progress.step('One '.repeat(30), () => delay(5)), progress.step('Two', () => delay(10))]);
    const drawn = out.text.split('\r\x1b[K').filter((line) => line && !line.endsWith('\n'));
    expect(drawn.every((line) => line.length < 60)).toBe(true);
    expect(out.text).toContain('One One');
    expect(out.text.split('\n').at(-2)).toMatch(/✓ Two/);
  });
});
