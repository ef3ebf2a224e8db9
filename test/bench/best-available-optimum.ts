import type { Request } from './best-available-demand.js';

/**
 * The most single journeys that so many seats can carry when all are known before: interval scheduling on identical
 * machines. Earliest end first, each on the seat that became free last before it. Exact.
 */
export function mostJourneys(journeys: readonly Request[], seats: number): number {
  const freeFrom = Array.from({ length: seats }, () => 0);
  let carried = 0;
  for (const { from, to } of journeys.toSorted((a, b) => a.to - b.to || b.from - a.from)) {
    let best = -1;
    for (let seat = 0; seat < seats; seat += 1) {
      if (freeFrom[seat]! <= from && (best < 0 || freeFrom[seat]! > freeFrom[best]!)) best = seat;
    }
    if (best < 0) continue;
    freeFrom[best] = to;
    carried += 1;
  }
  return carried;
}

interface Arc {
  from: number;
  to: number;
  room: number;
  worth: number;
}

/**
 * The greatest worth of journeys that so many seats can carry when all are known before, each person on their own: a
 * flow of one unit a seat from the first call to the last, which takes the arc of a journey or, for nothing, the arc
 * of an empty leg. Exact for single persons. Members of a party may be refused one by one here, so for parties it is
 * a bound that no rule can pass, and perhaps none can reach.
 */
export function mostWorth(
  requests: readonly Request[],
  seats: number,
  legs: number,
  worth: (one: Request) => number,
): number {
  const arcs = Array.from({ length: legs }, (_, leg): Arc => ({ from: leg, to: leg + 1, room: seats, worth: 0 }));
  const byJourney = new Map<number, Arc>();
  for (const request of requests) {
    const key = request.from * (legs + 1) + request.to;
    const same = byJourney.get(key) ?? { from: request.from, to: request.to, room: 0, worth: worth(request) };
    byJourney.set(key, { ...same, room: same.room + request.count });
  }
  arcs.push(...byJourney.values());
  /** Each arc with its way back. */
  const pairs = arcs.map((arc): [Arc, Arc] => [arc, { from: arc.to, to: arc.from, room: 0, worth: -arc.worth }]);
  let total = 0;
  let flow = 0;
  while (flow < seats) {
    const path = worthiestPath(pairs, legs);
    const units = Math.min(seats - flow, ...path.map(([pair, way]) => pair[way].room));
    for (const [pair, way] of path) {
      pair[way].room -= units;
      pair[1 - way]!.room += units;
      total += units * pair[way].worth;
    }
    flow += units;
  }
  return total;
}

/** From call 0 to the last one along arcs that have room (Bellman and Ford). */
function worthiestPath(pairs: [Arc, Arc][], last: number): [[Arc, Arc], 0 | 1][] {
  const best = Array.from({ length: last + 1 }, (_, call) => (call === 0 ? 0 : -Infinity));
  const by: ([[Arc, Arc], 0 | 1] | undefined)[] = [];
  for (let changed = true; changed;) {
    changed = false;
    for (const pair of pairs) {
      for (const way of [0, 1] as const) {
        const { from, to, room, worth } = pair[way];
        if (room === 0 || best[from]! + worth <= best[to]!) continue;
        best[to] = best[from]! + worth;
        by[to] = [pair, way];
        changed = true;
      }
    }
  }
  const path: [[Arc, Arc], 0 | 1][] = [];
  for (let call = last; call !== 0;) {
    const step = by[call]!;
    path.push(step);
    call = step[0][step[1]].from;
  }
  return path;
}
