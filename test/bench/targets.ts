/** What a scenario is held to. */
export interface Target {
  name: string;
  /** Of the value. */
  unit: string;
  /** What it is measured against, in the same rounds. Without it floor and goal are of the value itself. */
  yardstick?: string;
  /** CI fails on the wrong side of it. */
  floor: number;
  goal: number;
  better: 'higher' | 'lower';
  /** The floor is not reached for certain yet. The run fails when it is worse than this. */
  guard?: number;
}

/**
 * Floors that are missed, or reached by less than two runs on a shared machine differ by, and where CI stops us from
 * falling further. Each is said in every run; the README has the figures.
 */
const GUARDS: Record<string, number> = {
  'hold.spread': 0.2,
  'hold.naive': 3,
  'hold.seats': 0.6,
  'hold.p99': 60,
  'hold.losers': 1.1,
  'hold.two': 0.6,
  'hold.cpu': 0.3,
  confirm: 0.025,
  'seatmap.read': 0.08,
  'fanout.1000': 0.33,
  'fanout.5000.p99': 200,
  sweep: 0.1,
  'fanout.memory': 2.6,
  'memory.load': 420,
  'start.warm': 10,
};

const higher = (name: string, unit: string, yardstick: string, floor: number, goal: number): Target => ({
  name,
  unit,
  yardstick,
  floor,
  goal,
  better: 'higher',
});

const lower = (name: string, unit: string, yardstick: string | undefined, floor: number, goal: number): Target => ({
  name,
  unit,
  yardstick,
  floor,
  goal,
  better: 'lower',
});

/** Every scenario of the bench, in the order in which they are printed. */
export const TARGETS: Target[] = [
  higher('hold.spread', 'holds/s', 'F1', 0.5, 1),
  higher('hold.naive', 'holds/s', 'naive', 12, 25),
  higher('hold.seats', 'seats/s', 'F1', 1, 2),
  lower('hold.p99', 'ms', 'F1 at the same rate', 5, 2.5),
  higher('hold.losers', 'refusals/s', 'hold.spread', 1.7, 3),
  higher('hold.hot', 'answers/s', 'hold.spread', 0.8, 1),
  lower('hold.cpu', 'µs of the API', 'naive', 0.05, 0.03),
  higher('hold.two', 'holds/s', 'one process', 1, 1.5),
  higher('confirm', 'orders/s', 'F1', 0.25, 0.5),
  higher('seatmap.read', 'reads/s', 'SELECT of 50 rows', 0.5, 1),
  higher('fanout.1000', 'messages/s a core', 'bare ws', 0.6, 0.9),
  higher('fanout.5000', 'messages/s a core', 'bare ws', 0.6, 0.9),
  lower('fanout.1000.p99', 'ms beyond the window', undefined, 40, 20),
  lower('fanout.5000.p99', 'ms beyond the window', undefined, 100, 60),
  lower('fanout.memory', 'KiB a socket', 'bare ws', 2, 1.2),
  higher('sweep', 'holds/s', 'F64', 0.2, 0.5),
  lower('memory.idle', 'MiB', undefined, 180, 150),
  lower('memory.load', 'MiB', undefined, 280, 220),
  lower('memory.sockets', 'MiB', undefined, 350, 280),
  lower('start.cold', 's', undefined, 60, 30),
  lower('start.warm', 's', undefined, 8, 4),
];

export function targetOf(name: string): Target {
  const target = TARGETS.find((each) => each.name === name);
  if (!target) throw new Error(`there is no scenario ${name}`);
  return { ...target, guard: GUARDS[name] };
}

export function reaches({ better }: Target, mark: number, figure: number): boolean {
  return better === 'higher' ? figure >= mark : figure <= mark;
}
