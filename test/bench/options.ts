import { parseArgs } from 'node:util';

/** How much is measured. */
export interface Form {
  name: 'short' | 'long';
  rounds: number;
  /** Of one slice of load, without the warm-up. */
  seconds: number;
  warmUpSeconds: number;
  /** Load on a fresh process before the first round, until its code is compiled. */
  heatSeconds: number;
  /** Expired holds for the sweep, and how often. */
  expiredHolds: number;
  sweeps: number;
  starts: number;
}

const LONG: Form = {
  name: 'long',
  rounds: 5,
  seconds: 20,
  warmUpSeconds: 2,
  heatSeconds: 10,
  expiredHolds: 100_000,
  sweeps: 5,
  starts: 3,
};

/** What CI runs: the same loads, but shorter; the medians of three move by a tenth. */
const SHORT: Form = {
  name: 'short',
  rounds: 3,
  seconds: 2,
  warmUpSeconds: 0.5,
  heatSeconds: 6,
  expiredHolds: 20_000,
  sweeps: 2,
  starts: 1,
};

export interface Options {
  form: Form;
  /** Beginnings of scenario names; none means all. */
  words: string[];
  json?: string;
}

/** @throws TypeError for an option that does not exist */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      json: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      expired: { type: 'string' },
    },
  });
  const form = values.short ? SHORT : LONG;
  return {
    form: {
      ...form,
      rounds: Number(values.rounds ?? form.rounds),
      seconds: Number(values.seconds ?? form.seconds),
      expiredHolds: Number(values.expired ?? form.expiredHolds),
    },
    words: positionals,
    json: values.json,
  };
}
