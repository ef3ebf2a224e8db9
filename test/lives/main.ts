import { parseArgs } from 'node:util';
import { playSeeds } from './seeds.js';

// `npm run lives -- --seeds 10000 --seed 1`: exit code 1 when the law of money is broken. With `--story` every life is told, with
// `--keep-on` it goes on to the last seed, and with `--twice` each world is played again and must be told in the same words.
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    story: { type: 'boolean', default: false },
    twice: { type: 'boolean', default: false },
    'keep-on': { type: 'boolean', default: false },
  },
});

const { seeds, seed, story, twice, 'keep-on': keepOn } = values;
const failed = await playSeeds({ seeds: Number(seeds), seed: Number(seed), story, twice, keepOn });
process.exitCode = failed > 0 ? 1 : 0;
