import { type DemandOptions, type Request, demand, numbersFrom } from './best-available-demand.js';
import { mostJourneys, mostWorth } from './best-available-optimum.js';
import { type Buyers, type Rule, coach, isTogether, rulesFor } from './best-available-rules.js';

/** What one rule sold of one demand, in per cent. */
export interface Shares {
  /** Requests accepted, of all requests. */
  requests: number;
  /** People seated, of the most that could be. */
  people: number;
  /** Seat-legs sold, of the most that could be. */
  seatLegs: number;
  /** Seat-legs sold, of those that "reseating" sells. */
  ofReseating: number;
  /** Parties of two and more that sit in one row without a stranger between them, of all that asked. */
  together: number;
}

interface Sale {
  requests: number;
  people: number;
  seatLegs: number;
  together: number;
}

const NO_SALE: Sale = { requests: 0, people: 0, seatLegs: 0, together: 0 };

/** Sells the coach to one demand, once by every rule. */
export function sellByEveryRule(
  options: Omit<DemandOptions, 'seats' | 'parties'>,
  buyers: Buyers,
): Map<string, Shares> {
  const seats = coach.length;
  const { legs } = options;
  const requests = demand({ ...options, seats, parties: buyers === 'singles' ? 'singles' : 'parties' });
  const parties = requests.filter(({ count }) => count > 1).length;
  const mostPeople = mostWorth(requests, seats, legs, () => 1);
  const mostSeatLegs = mostWorth(requests, seats, legs, ({ from, to }) => to - from);
  if (buyers === 'singles' && mostJourneys(requests, seats) !== mostPeople)
    throw new Error('Two ways to one optimum differ');
  const reseated = reseat(requests, legs);
  const shares = (sale: Sale): Shares => ({
    requests: (100 * sale.requests) / requests.length,
    people: (100 * sale.people) / mostPeople,
    seatLegs: (100 * sale.seatLegs) / mostSeatLegs,
    ofReseating: (100 * sale.seatLegs) / reseated.seatLegs,
    together: (100 * sale.together) / Math.max(1, parties),
  });
  const sales = Object.entries(rulesFor(buyers)).map(([name, rule]): [string, Shares] => [
    name,
    shares(sell(requests, legs, options.seed, rule)),
  ]);
  return new Map([...sales, ['reseating', shares(reseated)]]);
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

/** As if everybody could be moved to another seat at any stop: accepts what finds room on each of its legs. */
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
    together: sale.together + (count > 1 && together ? 1 : 0),
  };
}
