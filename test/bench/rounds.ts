import type { Ground } from './ground/ground.js';
import { median } from './load/percentiles.js';
import type { Percentiles } from './load/plan.js';
import type { Form } from './options.js';
import { type Target, reaches, targetOf } from './targets.js';
import type { Pgbench } from './yardsticks/pgbench.js';

/** What scenarios are given. */
export interface Bench {
  ground: Ground;
  form: Form;
  /** Undefined on a machine that has none. */
  pgbench?: Pgbench;
  say(words: string): void;
  /** Figures that a later scenario builds on. */
  known: Map<string, number>;
}

/** CPU seconds a second, in cores. */
interface Cores {
  api?: number;
  postgres?: number;
  generator?: number;
}

/** What one slice of load gave. */
export interface Slice {
  /** Measures by name; a scenario picks one. */
  values: Record<string, number>;
  latencyMs?: Percentiles;
  cores?: Cores;
  answers?: Record<string, number>;
  /** Why it counts for nothing. */
  void?: string;
}

/** One of those that take turns: the product under some load, or a yardstick. */
export type Contender = (round: number) => Promise<Slice>;

/** Which measure of which contender is the value of a scenario, and which of whom is its yardstick. */
export interface Recipe {
  name: string;
  product: [contender: string, measure: string];
  yardstick?: [contender: string, measure: string];
  needsPgbench?: boolean;
}

/** Scenarios that share processes and slices. */
export interface Group {
  recipes: Recipe[];
  rounds?(form: Form): number;
  /** Starts what the named contenders need. */
  open(
    bench: Bench,
    contenders: string[],
  ): Promise<{
    contenders: Record<string, Contender>;
    /** Looks whether everything is right, and stops the processes. @returns what is wrong */
    close(): Promise<string[]>;
  }>;
}

export interface Result {
  target: Target;
  state: 'goal' | 'floor' | 'below the floor' | 'void' | 'not measured';
  value?: number;
  yardstick?: number;
  ratio?: number;
  /** Smallest and largest of the rounds: of the ratio, or of the value where there is none. */
  range?: [number, number];
  rounds: number;
  /** Rounds in which the generator had no room left. */
  dropped: number;
  latencyMs?: Percentiles;
  cores?: Cores;
  answers?: Record<string, number>;
  why?: string;
}

/** Above this the generator itself is what is measured. */
const BUSY_GENERATOR = 0.9;

/** Runs the wanted scenarios of a group, product and yardstick in turn. */
export async function runGroup(group: Group, wanted: string[], bench: Bench): Promise<Result[]> {
  const recipes = group.recipes.filter(({ name }) => wanted.includes(name));
  const unmeasured = bench.pgbench ? [] : recipes.filter(({ needsPgbench }) => needsPgbench);
  const measured = recipes.filter((recipe) => !unmeasured.includes(recipe));
  const results = unmeasured.map(({ name }) => withoutFigure(name, 'not measured', 'pgbench is missing'));
  if (measured.length === 0) return results;
  const names = [...new Set(measured.flatMap(({ product, yardstick }) => [yardstick?.[0], product[0]]))].filter(
    (name) => name !== undefined,
  );
  const { contenders, close } = await group.open(bench, names);
  const slices = new Map<string, Slice[]>(names.map((name) => [name, []]));
  const wrong: string[] = [];
  try {
    const rounds = group.rounds?.(bench.form) ?? bench.form.rounds;
    for (let round = 0; round < rounds; round++) {
      // There and back again: nobody always comes first.
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        await bench.ground.settle();
        const slice = await contenders[name]!(round);
        bench.say(`${name}: ${describe(slice)}`);
        slices.get(name)!.push(slice);
      }
    }
  } finally {
    wrong.push(...(await close()));
  }
  return [...results, ...measured.map((recipe) => conclude(recipe, slices, wrong))];
}

export function withoutFigure(name: string, state: Result['state'], why: string): Result {
  return { target: targetOf(name), state, rounds: 0, dropped: 0, why };
}

function conclude(recipe: Recipe, slices: Map<string, Slice[]>, wrong: string[]): Result {
  const target = targetOf(recipe.name);
  const [products, yardsticks] = [recipe.product, recipe.yardstick].map((part) => part && slices.get(part[0])!);
  const pairs = products!.map((product, index) => ({ product, yardstick: yardsticks?.[index] }));
  const faults = [...wrong, ...pairs.flatMap(({ product, yardstick }) => [product.void, yardstick?.void])].filter(
    (fault) => fault !== undefined,
  );
  const kept = pairs.filter(
    ({ product, yardstick }) =>
      Math.max(product.cores?.generator ?? 0, yardstick?.cores?.generator ?? 0) <= BUSY_GENERATOR,
  );
  const dropped = pairs.length - kept.length;
  if (kept.length === 0) faults.push('the load generator had no room left in any round');
  const sample = kept.length > 0 ? kept : pairs;
  const values = sample.map(({ product }) => product.values[recipe.product[1]]!);
  const ratios = sample.flatMap(({ yardstick }, index) =>
    yardstick ? [values[index]! / yardstick.values[recipe.yardstick![1]]!] : [],
  );
  const judged = ratios.length > 0 ? ratios : values;
  const figure = median(judged);
  if (!judged.every(Number.isFinite)) faults.push('nothing was answered in some round');
  return {
    target,
    state: faults.length > 0 ? 'void' : judge(target, figure),
    value: median(values),
    ...(ratios.length > 0 && {
      yardstick: median(sample.map(({ yardstick }) => yardstick!.values[recipe.yardstick![1]]!)),
      ratio: figure,
    }),
    range: [Math.min(...judged), Math.max(...judged)],
    rounds: sample.length,
    dropped,
    latencyMs: middle(sample.map(({ product }) => product.latencyMs)),
    cores: middle(sample.map(({ product }) => product.cores)),
    answers: sum(sample.map(({ product }) => product.answers)),
    ...(faults.length > 0 && { why: [...new Set(faults)].join('; ') }),
  };
}

function judge(target: Target, figure: number): Result['state'] {
  if (reaches(target, target.goal, figure)) return 'goal';
  return reaches(target, target.floor, figure) ? 'floor' : 'below the floor';
}

/** Of each part the median over the rounds. */
function middle<T extends object>(parts: (T | undefined)[]): T | undefined {
  const given = parts.filter((part) => part !== undefined) as Record<string, number>[];
  if (given.length === 0) return undefined;
  const names = Object.keys(given[0]!);
  return Object.fromEntries(names.map((name) => [name, median(given.map((part) => part[name] ?? 0))])) as T;
}

function sum(parts: (Record<string, number> | undefined)[]): Record<string, number> | undefined {
  const total: Record<string, number> = {};
  for (const part of parts)
    for (const [name, count] of Object.entries(part ?? {})) total[name] = (total[name] ?? 0) + count;
  return Object.keys(total).length > 0 ? total : undefined;
}

function describe({ values, cores = {}, latencyMs, void: fault }: Slice): string {
  const numbers = Object.entries(values).map(([name, value]) => `${name} ${round(value)}`);
  const busy = Object.entries(cores).map(([name, value]) => `${name} ${round(value)}`);
  return [
    numbers.join(', '),
    ...(latencyMs ? [`p50 ${round(latencyMs.p50)} p99 ${round(latencyMs.p99)} p99.9 ${round(latencyMs.p999)} ms`] : []),
    ...(busy.length > 0 ? [`cores: ${busy.join(', ')}`] : []),
    ...(fault ? [`VOID: ${fault}`] : []),
  ].join(' | ');
}

/** Three digits that mean something. */
export function round(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
