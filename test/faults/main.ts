import { parseArgs } from 'node:util';
import { playSeeds } from '../lives/seeds.js';
import { faults } from './faults.js';
import { describe } from './report.js';
import { VICTIMS, type Victim } from './schedule.js';

// `npm run faults -- --rounds 20 --seed 7 --apis 2 --victims postgres,redis --lives 10000`: first programs are killed under load,
// then the lives of orders are played; exit code 1 when either found something. `--only kills` or `--only lives` is one of them.
// With `--careless` the kills must find something: PostgreSQL then acknowledges what it has not written yet.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    apis: { type: 'string', default: '2' },
    passengers: { type: 'string', default: '16' },
    careless: { type: 'boolean', default: false },
    victims: { type: 'string', default: VICTIMS.join() },
    lives: { type: 'string', default: '10000' },
    only: { type: 'string' },
  },
});

const PARTS = ['kills', 'lives'];
if (values.only !== undefined && !PARTS.includes(values.only)) throw new Error(`--only is one of ${PARTS.join(', ')}`);
const [seed, isAsked] = [Number(values.seed), (part: string) => values.only === undefined || values.only === part];

if (isAsked('kills') && (await kill(Number(values.rounds))) > 0) process.exitCode = 1;
if (isAsked('lives') && (await playSeeds({ seeds: Number(values.lives), seed })) > 0) process.exitCode = 1;

/** @returns how many rounds found something */
async function kill(rounds: number): Promise<number> {
  const { apis, passengers, victims, careless } = values;
  const options = {
    rounds,
    seed,
    apis: Number(apis),
    passengers: Number(passengers),
    careless,
    victims: victims.split(',') as Victim[],
    pace: { leastMs: 200, mostMs: 2_000, mostDownMs: 1_500 },
  };
  const reports = await faults(options, (report, logs) => {
    console.log(`seed ${report.seed}\n${describe([report])}`);
    if (!logs) return;
    const again = `npm run faults -- --only kills --rounds 1 --seed ${report.seed} --apis ${apis} --passengers ${passengers} --victims ${victims}${careless ? ' --careless' : ''}`;
    console.log(`  again: ${again}\n  logs: ${logs}`);
  });
  const failed = reports.filter(({ findings }) => findings.length > 0);
  console.log(`\n${reports.length} rounds, ${failed.length} of them found something\n${describe(reports)}`);
  return failed.length;
}
