import { type SeatPlan, Step } from './seat-plan.js';
import type { Fault } from './seat-rules.js';
import { GroupBoxes } from './group-boxes.js';
import { type Choice, type Party, SeatSearch, type Stock, type Weights } from './seat-search.js';

/**
 * The best seats for a party when there are enough. Several groups are the fewest possible, and of these the ones
 * that are close: as few columns or rows from one end to the other as can be, where a row is as far as two columns.
 *
 * @param order the faults of a choice, the worst first
 * @returns ordinals, each group in one row
 */
export function bestGroups(stock: Stock, party: Party, order: readonly Fault[]): number[][] {
  const weights = weigh(stock, party, order);
  const search = new SeatSearch(stock, party, weights);
  const anywhere = search.cheapest(stock.plan.extent)!;
  const groups = groupsOf(stock.plan, anywhere.places);
  if (groups.length === 1) return ordinals(stock.plan, groups);
  const unit = Math.min(weights.group, weights.accessible);
  const atMost = (Math.floor(anywhere.cost / unit) + 1) * unit - 1;
  return ordinals(stock.plan, groupsOf(stock.plan, closest(stock, party, search, groups, atMost).places));
}

/** @param atMost the most that as many groups, and as many accessible places given away, can cost */
function closest(stock: Stock, party: Party, search: SeatSearch, anywhere: number[][], atMost: number): Choice {
  const boxes = new GroupBoxes(stock, party, anywhere.length);
  const choices = function* (columns: number, rows: number): Generator<Choice> {
    for (const box of boxes.of(columns, rows)) {
      const choice = search.cheapest(box, atMost);
      if (choice) yield choice;
    }
  };
  const fits = (columns: number, rows: number): boolean => choices(columns, rows).next().done === false;
  const most = distanceAcross(stock.plan, anywhere.flat());
  const distance = least(most, (columns) => fits(columns, columns >> 1));
  const rows = least(distance >> 1, (rows) => fits(distance, rows));
  return [...choices(distance, rows)].reduce((best, choice) => (choice.cost < best.cost ? choice : best));
}

/** The least number from 0 up to `known` for which something is true, when it stays true from there on. */
function least(known: number, isTrue: (value: number) => boolean): number {
  let [low, high] = [0, known];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}

/** From end to end, in columns; a row counts as two. */
function distanceAcross({ seats }: SeatPlan, places: readonly number[]): number {
  const columns = places.map((place) => seats[place]!.columnNumber);
  const rows = places.map((place) => seats[place]!.rowNumber);
  return Math.max(Math.max(...columns) - Math.min(...columns), 2 * (Math.max(...rows) - Math.min(...rows)));
}

function groupsOf({ steps }: SeatPlan, places: readonly number[]): number[][] {
  const groups: number[][] = [];
  for (const [index, place] of places.entries()) {
    if (places[index - 1] === place - 1 && steps[place] !== Step.APART) groups.at(-1)!.push(place);
    else groups.push([place]);
  }
  return groups;
}

function ordinals({ seats }: SeatPlan, groups: number[][]): number[][] {
  return groups.map((group) => group.map((place) => seats[place]!.ordinal));
}

/** One fault weighs more than all that the faults behind it in the order can add up to. */
function weigh({ plan, looseness }: Stock, { count }: Party, order: readonly Fault[]): Weights {
  const most: Record<Fault, number> = {
    accessible: count,
    group: count,
    aisle: count,
    looseness: count * highest(looseness),
    orphan: 2 * count,
    discomfort: count * highest(plan.discomfort),
  };
  const weights: Weights = { ...most };
  let weight = 1;
  for (const fault of order.toReversed()) {
    weights[fault] = weight;
    weight *= most[fault] + 1;
  }
  return weights;
}

function highest(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}
