import {
  type DemandOptions,
  type Parties,
  type Profile,
  type Request,
  demand,
  numbersFrom,
} from './best-available-demand.js';
import { mostJourneys, mostWorth } from './best-available-optimum.js';
import { type Rule, type Together, coach, isTogether, rulesFor } from './best-available-rules.js';

export interface CompareOptions {
  profiles: Profile[];
  parties: Parties;
  together: Together;
  legs: number[];
  /** Seat-legs asked for, in those that there are. */
  loads: number[];
  /** Runs of each combination, each with demand of its own. */
  seeds: number;
}

/** Over the seeds, in per cent. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

export interface RuleFigures {
  rule: string;
  /** Requests accepted, of all requests. */
  requests: Spread;
  /** People seated, of the most that could be. */
  people: Spread;
  /** Seat-legs sold, of the most that could be. */
  seatLegs: Spread;
  /** Parties of two and more that sit in one row without a stranger between them, of those accepted. */
  together: Spread;
}

export interface Comparison {
  profile: Profile;
  legs: number;
  load: number;
  rules: RuleFigures[];
}

/** What one rule sold of one demand. */
interface Sale {
  requests: number;
  people: number;
  seatLegs: number;
  parties: number;
  together: number;
}

const NO_SALE: Sale = { requests: 0, people: 0, seatLegs: 0, parties: 0, together: 0 };

/**
 * Sells a coach of 49 to generated demand by several rules and compares what was sold. The same options give the same
 * figures. "Reseating" never refuses a request while there is room on each of its legs, as if everybody could be
 * moved to another seat at any stop: what is below it is lost to the choice of seats and nothing else.
 */
export function compareRules(options: CompareOptions): Comparison[] {
  return options.profiles.flatMap((profile) =>
    options.legs.flatMap((legs) =>
      options.loads.map((load) => {
        const runs = Array.from({ length: options.seeds }, (_, seed) =>
          sellAll(
            { profile, parties: options.parties, legs, seats: coach.length, load, seed: seed + 1 },
            options.together,
          ),
        );
        const rules = Object.keys(runs[0]!).map((rule) => ({
          rule,
          requests: spread(runs.map((run) => run[rule]!.requests)),
          people: spread(runs.map((run) => run[rule]!.people)),
          seatLegs: spread(runs.map((run) => run[rule]!.seatLegs)),
          together: spread(runs.map((run) => run[rule]!.together)),
        }));
        return { profile, legs, load, rules };
      }),
    ),
  );
}

type Shares = Pick<Sale, 'requests' | 'people' | 'seatLegs' | 'together'>;

/** One demand, by every rule, in per cent of the optimum. */
function sellAll(options: DemandOptions, together: Together): Record<string, Shares> {
  const requests = demand(options);
  const { legs, seats } = options;
  const mostPeople = mostWorth(requests, seats, legs, () => 1);
  const mostSeatLegs = mostWorth(requests, seats, legs, ({ from, to }) => to - from);
  if (options.parties === 'singles' && mostJourneys(requests, seats) !== mostPeople)
    throw new Error('The optima differ');
  const share = (sale: Sale): Shares => ({
    requests: (100 * sale.requests) / requests.length,
    people: (100 * sale.people) / mostPeople,
    seatLegs: (100 * sale.seatLegs) / mostSeatLegs,
    together: (100 * sale.together) / Math.max(1, sale.parties),
  });
  const sales = Object.entries(rulesFor(together)).map(([name, rule]) => [
    name,
    share(sell(requests, legs, options.seed, rule)),
  ]);
  return Object.fromEntries([...sales, ['reseating', share(reseat(requests, legs))]]) as Record<string, Shares>;
}

function sell(requests: readonly Request[], legCount: number, seed: number, rule: Rule): Sale {
  const legs = coach.map(() => '.'.repeat(legCount));
  const number = numbersFrom(~seed);
  let sale = NO_SALE;
  for (const request of requests) {
    const ordinals = rule(legs, request, number);
    if (ordinals.length === 0) continue;
    for (const ordinal of ordinals) legs[ordinal] = sold(legs[ordinal]!, request);
    sale = withRequest(sale, request, isTogether(ordinals.toSorted((a, b) => a - b)));
  }
  return sale;
}

/** @throws Error when a leg is not free */
function sold(legs: string, { from, to }: Request): string {
  if (legs.slice(from, to) !== '.'.repeat(to - from)) throw new Error(`${legs} is sold between ${from} and ${to}`);
  return legs.slice(0, from) + 's'.repeat(to - from) + legs.slice(to);
}

function reseat(requests: readonly Request[], legCount: number): Sale {
  const taken = Array.from({ length: legCount }, () => 0);
  let sale = NO_SALE;
  for (const request of requests) {
    const { from, to, count } = request;
    if (taken.slice(from, to).some((people) => people + count > coach.length)) continue;
    for (let leg = from; leg < to; leg += 1) taken[leg]! += count;
    sale = withRequest(sale, request, false);
  }
  return sale;
}

function withRequest(sale: Sale, { from, to, count }: Request, together: boolean): Sale {
  return {
    requests: sale.requests + 1,
    people: sale.people + count,
    seatLegs: sale.seatLegs + count * (to - from),
    parties: sale.parties + (count > 1 ? 1 : 0),
    together: sale.together + (count > 1 && together ? 1 : 0),
  };
}

function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)! };
}
