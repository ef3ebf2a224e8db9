import { performance } from 'node:perf_hooks';
import { dataSize } from './data/catalogue-data.js';
import { Ground } from './ground/ground.js';
import { describeMachine, notDurable } from './ground/machine.js';
import { type Options, readOptions } from './options.js';
import { describeRun, table, writeJson } from './report.js';
import { type Bench, type Group, type Result, runGroup, withoutFigure } from './rounds.js';
import { fanout } from './scenarios/fanout.js';
import { holdLatency } from './scenarios/hold-latency.js';
import { holds } from './scenarios/holds.js';
import { memory } from './scenarios/memory.js';
import { seatMap } from './scenarios/seat-map.js';
import { start } from './scenarios/start.js';
import { confirm } from './scenarios/confirm.js';
import { sweep } from './scenarios/sweep.js';
import { TARGETS, reaches } from './targets.js';
import { findPgbench } from './yardsticks/pgbench-install.js';
import { Pgbench } from './yardsticks/pgbench.js';

/** In the order in which they run: the latency uses what the holds found out. */
const GROUPS: Group[] = [holds, holdLatency, confirm, seatMap, fanout(1000), fanout(5000), sweep, memory, start];

process.exitCode = await run(readOptions(process.argv.slice(2)));

/** @returns the exit code: 1 when a scenario is below its floor or void */
async function run({ form, words, json }: Options): Promise<number> {
  const names = TARGETS.map(({ name }) => name);
  const wanted = words.length === 0 ? names : names.filter((name) => words.some((word) => name.startsWith(word)));
  if (wanted.length === 0) {
    console.error(`No scenario begins with ${words.join(' or ')}. There are: ${names.join(', ')}`);
    return 1;
  }
  const began = performance.now();
  const say = (line: string): void =>
    console.log(`  ${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  const pgbench = findPgbench();
  if ('missing' in pgbench) console.log(pgbench.missing);
  const ground = await Ground.prepare();
  process.once('SIGINT', () => void ground.close().then(() => process.exit(130)));
  try {
    const machine = await describeMachine(ground);
    const forgetful = notDurable(machine);
    if (forgetful) throw new Error(forgetful);
    const bench: Bench = {
      ground,
      form,
      say,
      known: new Map(),
      ...('command' in pgbench && {
        pgbench: new Pgbench(pgbench.command, await ground.database('yardstick'), ground.postgresPid, ground.folder),
      }),
    };
    const results: Result[] = [];
    for (const group of GROUPS) results.push(...(await measured(group, wanted, bench)));
    results.sort((a, b) => names.indexOf(a.target.name) - names.indexOf(b.target.name));
    const about = {
      machine,
      data: await dataSize(await ground.client()),
      form: `${form.name} form, ${form.rounds} rounds of ${form.seconds} s`,
    };
    console.log(`\n${table(results)}\n\n${describeRun(about)}`);
    if (json) writeJson(json, results, about);
    return verdict(results);
  } finally {
    await ground.close();
  }
}

/** What fails is measured a second time, and that counts: on a shared machine a neighbour may have been at work. */
async function measured(group: Group, wanted: string[], bench: Bench): Promise<Result[]> {
  const results = await tried(group, wanted, bench);
  const doubtful = results.filter(fails).map(({ target }) => target.name);
  if (doubtful.length === 0) return results;
  bench.say(`again: ${doubtful.join(', ')}`);
  const again = await tried(group, doubtful, bench);
  return results.map((result) => again.find(({ target }) => target.name === result.target.name) ?? result);
}

/** One group that fails must not take the figures of the others with it. */
async function tried(group: Group, wanted: string[], bench: Bench): Promise<Result[]> {
  try {
    return await runGroup(group, wanted, bench);
  } catch (error) {
    const { message, stack } = error as Error;
    bench.say(String(stack));
    const names = group.recipes.map(({ name }) => name).filter((name) => wanted.includes(name));
    return names.map((name) => withoutFigure(name, 'void', message));
  }
}

/** A floor that is known to be missed fails only when it is missed by more than before. */
function fails({ target, state, ratio, value }: Result): boolean {
  if (state === 'void') return true;
  if (state !== 'below the floor') return false;
  return target.guard === undefined || !reaches(target, target.guard, (ratio ?? value)!);
}

function verdict(results: Result[]): number {
  for (const result of results.filter(({ state }) => state === 'below the floor' || state === 'void')) {
    const { target, state, ratio, value } = result;
    const known = target.guard === undefined ? '' : `, known: it fails at ${target.guard}`;
    console.error(
      `${fails(result) ? 'FAILED ' : ''}${target.name} is ${state}: ${(ratio ?? value)?.toPrecision(3)}, floor ${target.floor}${known}`,
    );
  }
  const failed = results.filter(fails).length;
  console.log(`\n${results.length - failed} scenarios passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}
