import { parseArgs } from 'node:util';
import { startApplication, startBeside } from '../support/application.js';
import { StoppedClock } from '../support/clock.js';
import globalSetup from '../support/global-setup.js';
import globalTeardown from '../support/global-teardown.js';
import { type RunReport, runModel } from './run.js';

// `npm run model -- --operations 100000 --seed 7`: exit code 1 when an answer or a row is not what the oracle allows.
const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    workers: { type: 'string', default: '16' },
    round: { type: 'string', default: '500' },
    audit: { type: 'string', default: '5' },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const [operations, seed, workers, perRound] = [values.operations, values.seed, values.workers, values.round].map(
    Number,
  ) as [number, number, number, number];
  console.log(`seed ${seed}, ${operations} operations, ${workers} at a time`);
  await globalSetup();
  const clock = new StoppedClock();
  try {
    const first = await startApplication({ ROLE: 'api' }, clock);
    const beside = await startBeside(first, clock);
    try {
      const progress = ({ operations: done, audits, seconds }: RunReport): void => {
        if (done % 10_000 === 0) console.log(`  ${done} operations, ${audits} audits, ${seconds.toFixed(0)} s`);
      };
      const options = { seed, operations, workers, perRound, roundsPerAudit: Number(values.audit), progress };
      console.log(describe(await runModel([first, beside], clock, options)));
      return 0;
    } catch (error) {
      console.error(error);
      return 1;
    } finally {
      await beside.close();
      await first.close();
    }
  } finally {
    await globalTeardown();
  }
}

function describe({ operations, rounds, audits, seconds, counts, fromMemory }: RunReport): string {
  const lines = Object.entries(counts).map(([kind, answers]) => {
    const each = Object.entries(answers).map(([name, count]) => `${name} ${count}`);
    return `  ${kind.padEnd(10)} ${each.join(', ')}`;
  });
  return [
    `${operations} operations in ${rounds} rounds, ${audits} audits, ${seconds.toFixed(1)} s: as the oracle says`,
    ...lines,
    `  ${fromMemory} seats refused from memory`,
  ].join('\n');
}
