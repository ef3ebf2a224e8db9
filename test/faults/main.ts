import { parseArgs } from 'node:util';
import { Installation } from './installation.js';
import { TripMaker } from './hot-trips.js';
import { describe } from './report.js';
import { type RoundReport, round } from './round.js';
import { VICTIMS, type Victim, kills, shuffled } from './schedule.js';

// `npm run faults -- --rounds 20 --seed 7 --apis 2 --victims postgres,redis`: exit code 1 when a round found something.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    apis: { type: 'string', default: '2' },
    passengers: { type: 'string', default: '16' },
    victims: { type: 'string', default: VICTIMS.join() },
  },
});

const PACE = { leastMs: 200, mostMs: 3_000, mostDownMs: 2_000 };

process.exitCode = await run(Number(values.rounds), Number(values.seed));

/** Round after round on one installation, whose data grows: in each of them every kind is killed once. */
async function run(rounds: number, seed: number): Promise<number> {
  const victims = values.victims.split(',') as Victim[];
  console.log(`seed ${seed}: again with npm run faults -- --rounds ${rounds} --seed ${seed} --apis ${values.apis}`);
  const installation = await Installation.start({ apis: Number(values.apis) });
  process.once('SIGINT', () => void installation.close().then(() => process.exit(130)));
  const reports: RoundReport[] = [];
  try {
    const db = await installation.connect();
    const maker = await TripMaker.prepare(db);
    await db.end();
    for (let number = 1; number <= rounds; number += 1) {
      const roundSeed = seed + number - 1;
      const report = await round(installation, maker, {
        seed: roundSeed,
        kills: kills(roundSeed, shuffled(roundSeed, victims), PACE),
        passengers: Number(values.passengers),
        restMs: 1_000,
      });
      reports.push(report);
      console.log(`round ${number}, seed ${roundSeed}\n${describe([report])}`);
    }
    console.log(`\nall ${rounds} rounds\n${describe(reports)}`);
    return reports.some(({ findings }) => findings.length > 0) ? 1 : 0;
  } finally {
    await installation.close();
  }
}
