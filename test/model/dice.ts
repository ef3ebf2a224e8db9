/** Chance that comes again with its seed (mulberry32). */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A generator for each worker of a run. */
  static of(seed: number, worker: number): Dice {
    return new Dice(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(worker + 1, 0x85ebca6b));
  }

  /** 0 up to, but not, `below`. */
  upTo(below: number): number {
    return Math.floor(this.next() * below);
  }

  between(least: number, most: number): number {
    return least + this.upTo(most - least + 1);
  }

  /** True so many times in a hundred. */
  percent(times: number): boolean {
    return this.next() * 100 < times;
  }

  pick<T>(things: readonly T[]): T {
    return things[this.upTo(things.length)]!;
  }

  /** Different ones. */
  some<T>(things: readonly T[], count: number): T[] {
    const left = [...things];
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.upTo(left.length), 1)[0]!);
  }

  /** One of the names, as often as its weight says. */
  weighted<K extends string>(weights: Record<K, number>): K {
    const entries = Object.entries(weights) as [K, number][];
    let at = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) if ((at -= weight) < 0) return name;
    return entries.at(-1)![0];
  }

  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}
