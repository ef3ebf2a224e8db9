import { type Box, type PlanRow, type SeatPlan, Step } from './seat-plan.js';
import { Beside, type Fault, isOrphaned } from './seat-rules.js';

/** Seats to choose from. The arrays go by place in `plan.seats`. */
export interface Stock {
  plan: SeatPlan;
  /** 1 when free for the journey, of any category. */
  free: Uint8Array;
  /** 1 when the party may take it. */
  usable: Uint8Array;
  looseness: Float64Array;
}

/** What each fault costs. */
export type Weights = Record<Fault, number>;

export interface Party {
  count: number;
  /** How many need an accessible place. */
  accessible: number;
}

export interface Choice {
  /** Places in `plan.seats`. */
  places: number[];
  cost: number;
}

/** What is beside a seat when the party has, or has not, taken what was free there. */
function besideParty(side: Beside, taken: number): Beside {
  return side === Beside.FREE && taken > 0 ? Beside.PARTY : side;
}

const MOVES = [0, 1, 2, 3, 4, 5, 6, 7];
const NOT_ORPHANED = new Uint8Array(MOVES.length);
/** By what is left and right of a free seat, and by what the party takes: left of it (4), it (2), right of it (1). */
const ORPHANED = [Beside.FREE, Beside.TAKEN, Beside.END].map((left) =>
  [Beside.FREE, Beside.TAKEN, Beside.END].map((right) =>
    Uint8Array.from(MOVES, (move) =>
      move & 2 ? 0 : Number(isOrphaned(besideParty(left, move & 4), besideParty(right, move & 1))),
    ),
  ),
);

/**
 * The cheapest choice of seats for a party, exactly. It walks the rows seat by seat and keeps, for each number of
 * seats taken so far, each number of accessible places among them, and each answer to "are the last two seats taken?",
 * the cheapest way to get there. Every rule is a sum over seats and their neighbours, so nothing cheaper is missed.
 * Time and memory go with seats × (count + 1) × (accessible + 1). Behind each row comes one step more, its wall; steps
 * that change nothing are left out.
 *
 * A state is ((taken × (accessible + 1)) + accessible ones among them) × 4 + last but one taken? × 2 + last taken?.
 */
export class SeatSearch {
  private readonly width: number;
  private readonly states: number;
  private costs: Float64Array;
  private nextCosts: Float64Array;
  /** By step, the place in `plan.seats`, or behind the row: its wall. */
  private readonly visited: number[] = [];
  /** By step and state, how it was reached: was the seat before the last two taken (1), is one accessible place more (2). */
  private readonly trail: Uint8Array;

  constructor(
    private readonly stock: Stock,
    private readonly party: Party,
    private readonly weights: Weights,
  ) {
    this.width = (party.accessible + 1) * 4;
    this.states = (party.count + 1) * this.width;
    this.costs = new Float64Array(this.states);
    this.nextCosts = new Float64Array(this.states);
    const { seats, rows } = stock.plan;
    this.trail = new Uint8Array((seats.length + rows.length) * this.states);
  }

  /** @returns undefined when the box has not enough seats, or none that cost `atMost` */
  cheapest(box: Box, atMost = Number.MAX_VALUE): Choice | undefined {
    const { plan, usable } = this.stock;
    const { fromColumn, toColumn } = box;
    this.costs.fill(Infinity);
    this.costs[0] = 0;
    this.visited.length = 0;
    let limit = atMost;
    let seen = 0;
    let idle = 2;
    for (let index = box.fromRow; index < box.toRow; index += 1) {
      const row = plan.rows[index]!;
      for (let place = row.from; place <= row.to; place += 1) {
        const column = place < row.to && usable[place] === 1 ? plan.seats[place]!.columnNumber : -1;
        const mayTake = column >= fromColumn && column <= toColumn;
        idle = mayTake ? 0 : idle + 1;
        if (idle > 2) continue;
        this.advance(place, row, mayTake, Math.min(seen, this.party.count), limit);
        if (mayTake) seen += 1;
      }
      limit = Math.min(limit, this.costs[this.cheapestEnd()]!);
      if (this.cannotBeBeaten(limit, index + 1)) break;
    }
    const end = this.cheapestEnd();
    const cost = this.costs[end]!;
    return cost <= atMost ? { places: this.traceBack(end), cost } : undefined;
  }

  /** One seat further: leave it or, if the party may, take it. `place` is `row.to` at the wall. */
  private advance(place: number, row: PlanRow, mayTake: boolean, seen: number, limit: number): void {
    const { plan, looseness } = this.stock;
    const { costs, nextCosts, trail, weights, width, states } = this;
    const orphaned = this.orphanedBefore(place, row);
    const accessible = mayTake && plan.seats[place]!.accessible;
    const seatCost = mayTake
      ? (accessible ? weights.accessible : 0) +
        weights.looseness * looseness[place]! +
        weights.discomfort * plan.discomfort[place]!
      : 0;
    const step = place > row.from && place < row.to ? plan.steps[place]! : Step.APART;
    const alone = seatCost + weights.group;
    const joined = step === Step.APART ? alone : seatCost + (step === Step.BESIDE ? 0 : weights.aisle);
    const from = this.visited.push(place) * states - states;
    nextCosts.fill(Infinity);
    for (let state = 0; state < (seen + 1) * width; state += 1) {
      const soFar = costs[state]!;
      if (soFar > limit || soFar === Infinity) continue;
      const lastTwo = state & 3;
      const rest = state - lastTwo;
      for (let take = 0; take < 2; take += 1) {
        if (take === 1 && (!mayTake || rest >= states - width)) break;
        const more = take === 1 && accessible && rest % width < width - 4;
        const target = rest + take * width + (more ? 4 : 0) + ((lastTwo & 1) << 1) + take;
        const orphan = orphaned[(lastTwo << 1) + take] === 1 ? weights.orphan : 0;
        const cost = soFar + orphan + (take === 0 ? 0 : lastTwo & 1 ? joined : alone);
        if (cost < nextCosts[target]!) {
          nextCosts[target] = cost;
          trail[from + target] = (lastTwo >> 1) + (more ? 2 : 0);
        }
      }
    }
    this.costs = nextCosts;
    this.nextCosts = costs;
  }

  /** Whether the seat before `place` becomes an orphan, by what is taken: the two before (4, 2) and `place` (1). */
  private orphanedBefore(place: number, { from, to }: PlanRow): Uint8Array {
    const { plan, free } = this.stock;
    if (place === from || free[place - 1] === 0) return NOT_ORPHANED;
    const beside = (joined: boolean, at: number): Beside =>
      joined ? (free[at] === 1 ? Beside.FREE : Beside.TAKEN) : Beside.END;
    const left = beside(place - 1 > from && plan.steps[place - 1] === Step.BESIDE, place - 2);
    const right = beside(place < to && plan.steps[place] === Step.BESIDE, place);
    return ORPHANED[left]![right]!;
  }

  /** Together, no accessible place too many, no orphan, no leg left over, and nothing behind is more comfortable. */
  private cannotBeBeaten(cost: number, nextRow: number): boolean {
    const { weights, party, stock } = this;
    const discomfort = party.count * stock.plan.discomfortFrom[nextRow]!;
    return cost <= weights.group + party.accessible * weights.accessible + weights.discomfort * discomfort;
  }

  /** The cheapest of the states with the whole party seated. */
  private cheapestEnd(): number {
    let best = this.states - 4;
    for (let state = best + 1; state < this.states; state += 1) {
      if (this.costs[state]! < this.costs[best]!) best = state;
    }
    return best;
  }

  private traceBack(end: number): number[] {
    const places: number[] = [];
    let state = end;
    for (let step = this.visited.length - 1; step >= 0; step -= 1) {
      const how = this.trail[step * this.states + state]!;
      const lastTwo = state & 3;
      const taken = state & 1;
      if (taken) places.push(this.visited[step]!);
      state += ((how & 1) << 1) + (lastTwo >> 1) - lastTwo - (how & 2 ? 4 : 0) - taken * this.width;
    }
    return places.toReversed();
  }
}
