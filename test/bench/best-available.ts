import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Profile } from './best-available-demand.js';
import type { Buyers } from './best-available-rules.js';
import { type Shares, sellByEveryRule } from './best-available-sale.js';
import { timings } from './best-available-timing.js';

export interface CompareOptions {
  buyers: Buyers[];
  profiles: Profile[];
  legs: number[];
  /** Seat-legs asked for, in those that there are. */
  loads: number[];
  /** Runs of each combination, each with demand of its own. */
  seeds: number;
}

/** Over the seeds. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

export interface RuleFigures {
  buyers: Buyers;
  profile: Profile;
  legs: number;
  load: number;
  rule: string;
  shares: Record<keyof Shares, Spread>;
}

const LONG: CompareOptions = {
  buyers: ['singles', 'parties', 'parties, only together'],
  profiles: ['uniform', 'commuter', 'long-haul'],
  legs: [5, 10, 20],
  loads: [1],
  seeds: 25,
};

/**
 * Sells a coach of 49 to generated demand, request by request until the demand is exhausted, by several rules. The
 * same options give the same figures.
 *
 * - The optimum knows all requests before and may refuse some to sell more to others; no rule that answers each
 *   request as it comes can be expected to reach it. It is exact for single persons. Of a party it may take some and
 *   refuse the others, so for parties it is a bound that perhaps nothing can reach.
 * - "Reseating" answers each request as it comes and never refuses one while every leg of it has room, as if people
 *   could be moved at any stop. It is no bound, but what a rule sells less than it is lost to the choice of seats.
 */
export function compareRules(options: CompareOptions): RuleFigures[] {
  const { buyers, profiles, legs, loads, seeds } = options;
  const combinations = buyers.flatMap((who) =>
    profiles.flatMap((profile) => legs.flatMap((count) => loads.map((load) => ({ who, profile, legs: count, load })))),
  );
  return combinations.flatMap(({ who, ...demand }) => {
    const runs = Array.from({ length: seeds }, (_, index) => sellByEveryRule({ ...demand, seed: index + 1 }, who));
    return [...runs[0]!.keys()].map((rule) => ({
      buyers: who,
      ...demand,
      rule,
      shares: {
        requests: spread(runs.map((run) => run.get(rule)!.requests)),
        people: spread(runs.map((run) => run.get(rule)!.people)),
        seatLegs: spread(runs.map((run) => run.get(rule)!.seatLegs)),
        ofReseating: spread(runs.map((run) => run.get(rule)!.ofReseating)),
        together: spread(runs.map((run) => run.get(rule)!.together)),
      },
    }));
  });
}

function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)! };
}

function printed({ median, least, most }: Spread): string {
  return `${median.toFixed(1)} (${least.toFixed(1)}–${most.toFixed(1)})`;
}

function print(figures: RuleFigures[]): void {
  let heading = '';
  for (const { buyers, profile, legs, load, rule, shares } of figures) {
    const asked = `${load} × the seat-legs there are asked for`;
    const next = `\n${buyers} · ${profile} · ${legs} legs · ${asked}\n`;
    if (next !== heading) {
      const columns = ['requests %', 'people, % of optimum', 'seat-legs, % of optimum', '… of reseating'];
      if (buyers !== 'singles') columns.push('parties together %');
      console.log(`${next}| rule | ${columns.join(' | ')} |\n|---|${columns.map(() => '---|').join('')}`);
    }
    heading = next;
    const cells = [shares.requests, shares.people, shares.seatLegs, shares.ofReseating].map(printed);
    if (buyers !== 'singles') cells.push(rule === 'reseating' ? '' : printed(shares.together));
    console.log(`| ${rule} | ${cells.join(' | ')} |`);
  }
}

function main(): void {
  const { values } = parseArgs({
    options: { seeds: { type: 'string' }, load: { type: 'string', multiple: true }, json: { type: 'string' } },
  });
  const options = {
    ...LONG,
    ...(values.seeds && { seeds: Number(values.seeds) }),
    ...(values.load && { loads: values.load.map(Number) }),
  };
  console.log(`A coach of 49; median (range) of ${options.seeds} runs.`);
  const figures = compareRules(options);
  print(figures);
  const times = timings();
  console.log('\n| one choice | µs, median | µs, p99 |\n|---|---|---|');
  for (const { what, median, p99 } of times) console.log(`| ${what} | ${median.toFixed(0)} | ${p99.toFixed(0)} |`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ figures, timings: times }, null, 2)}\n`);
}

if (/best-available\.[jt]s$/.test(process.argv[1] ?? '')) main();
