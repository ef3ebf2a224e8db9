import type { Percentiles } from './plan.js';

/** Sorts the values where they are. */
export function percentiles(values: Float64Array): Percentiles {
  values.sort();
  const at = (share: number): number =>
    values.length === 0 ? Number.NaN : values[Math.min(values.length - 1, Math.floor(values.length * share))]!;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Numbers that are counted in the hot loop: grows without a copy for each. */
export class Samples {
  private values = new Float64Array(65_536);
  private length = 0;

  add(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  all(): Float64Array {
    return this.values.subarray(0, this.length);
  }
}
