import { parseArgs } from 'node:util';
import globalSetup from '../support/global-setup.js';
import globalTeardown from '../support/global-teardown.js';
import { LIVES_IN_A_WORLD, closeGround, openGround, playWorld, report } from './run.js';

// `npm run lives -- --seeds 10000 --seed 1`: exit code 1 when the law of money is broken. With `--story` every life is told, with `--keep-on`
// it goes on to the last seed, with `--gaps` webhooks are lost for ever that nobody asks about, and with `--twice` each world is played
// again and must be told in the same words.
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    story: { type: 'boolean', default: false },
    gaps: { type: 'boolean', default: false },
    twice: { type: 'boolean', default: false },
    'keep-on': { type: 'boolean', default: false },
  },
});

/** A database of its own for so many: the auditor reads all of it. */
const SEEDS_ON_A_GROUND = 400;

process.exitCode = await main(Number(values.seeds), Number(values.seed));

async function main(seeds: number, first: number): Promise<number> {
  console.log(`${seeds} seeds from ${first}`);
  await globalSetup();
  const began = performance.now();
  let [failed, steps, rounds] = [0, 0, 0];
  try {
    for (let done = 0; done < seeds; done += SEEDS_ON_A_GROUND) {
      const ground = await openGround(values.gaps);
      try {
        const last = Math.min(seeds, done + SEEDS_ON_A_GROUND);
        for (let seed = first + done; seed < first + last; seed += LIVES_IN_A_WORLD) {
          const lives = Math.min(LIVES_IN_A_WORLD, first + last - seed);
          const played = await playWorld(ground, seed, lives);
          if (values.twice) {
            const again = await playWorld(ground, seed, lives);
            const line = played.story.findIndex((told, index) => told !== again.story[index]);
            if (line >= 0) played.breaches.push(`line ${line} was told as ${again.story[line]} when it was played again`);
          }
          steps += played.story.length;
          rounds = Math.max(rounds, played.rounds);
          if (values.story || played.breaches.length > 0) console.log(report(played, lives));
          if (played.breaches.length > 0) failed += 1;
          if (failed > 0 && !values['keep-on']) return 1;
        }
        console.log(`  ${last} seeds, ${steps} steps, ${((performance.now() - began) / 1000).toFixed(0)} s`);
      } finally {
        await closeGround(ground);
      }
    }
  } finally {
    await globalTeardown();
  }
  console.log(`${failed} worlds broke the law; the longest took ${rounds} rounds to its end`);
  return failed > 0 ? 1 : 0;
}
