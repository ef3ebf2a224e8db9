import { liveMessage } from '../load/operations.js';
import { percentiles } from '../load/percentiles.js';
import type { Percentiles } from '../load/plan.js';
import type { SeatChange } from './churn.js';
import type { Delivered } from './talk.js';

/** What became of the changes at the sockets. */
export interface Deliveries {
  /** Messages to single sockets. */
  messages: number;
  /** Of them whole maps, for those who could not follow. */
  snapshots: number;
  /** Changes that no message showed. */
  unseen: number;
  /** From the commit of the oldest change in a message to each socket. */
  latencyMs: Percentiles;
  /** Of one message. */
  bytes: number;
}

/** Clocks of two processes may differ by this much. */
const TOLERANCE_MS = 5;

/** Finds for each message the changes that it told of. */
export function judgeDeliveries(delivered: Delivered[], changes: SeatChange[]): Deliveries {
  const seen = new Set<SeatChange>();
  const latencies: number[] = [];
  let snapshots = 0;
  for (const { text, arrivals } of delivered) {
    const message = liveMessage(text);
    if (!message) throw new Error(`a subscriber got ${text}`);
    if (message.isSnapshot) snapshots += arrivals.length;
    const first = arrivals.reduce((least, arrival) => Math.min(least, arrival), Number.POSITIVE_INFINITY);
    const told = message.seats.flatMap(({ seatId, state }) => {
      const fitting = changes.filter(
        (change) => change.seatId === seatId && change.state === state && change.at <= first + TOLERANCE_MS,
      );
      return fitting.length > 0 ? [fitting.reduce((a, b) => (a.at > b.at ? a : b))] : [];
    });
    told.forEach((change) => seen.add(change));
    if (message.isSnapshot || told.length === 0) continue;
    const oldest = Math.min(...told.map(({ at }) => at));
    for (const arrival of arrivals) latencies.push(arrival - oldest);
  }
  return {
    messages: delivered.reduce((sum, { arrivals }) => sum + arrivals.length, 0),
    snapshots,
    unseen: changes.length - seen.size,
    latencyMs: percentiles(Float64Array.from(latencies)),
    bytes: delivered[0]?.text.length ?? 0,
  };
}
