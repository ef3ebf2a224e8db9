import globalSetup from '../support/global-setup.js';
import globalTeardown from '../support/global-teardown.js';
import { LIVES_IN_A_WORLD, closeGround, openGround, playWorld, report } from './run.js';

/** A database of its own for so many: the auditor reads all of it. */
const SEEDS_ON_A_GROUND = 400;

export interface LivesOptions {
  seeds: number;
  /** The first one. */
  seed: number;
  /** Tells every life, not only those that break the law. */
  story?: boolean;
  /** Goes on to the last seed when the law is broken. */
  keepOn?: boolean;
  /** Plays each world again: it must be told in the same words. */
  twice?: boolean;
}

/** Plays the lives of so many seeds, and says on the console what became of them. @returns how many worlds broke the law */
export async function playSeeds({ seeds, seed: first, story, keepOn, twice }: LivesOptions): Promise<number> {
  console.log(`${seeds} lives, the first is that of seed ${first}`);
  await globalSetup();
  const began = performance.now();
  let [failed, steps, rounds] = [0, 0, 0];
  try {
    for (let done = 0; done < seeds; done += SEEDS_ON_A_GROUND) {
      const ground = await openGround();
      try {
        const last = Math.min(seeds, done + SEEDS_ON_A_GROUND);
        for (let seed = first + done; seed < first + last; seed += LIVES_IN_A_WORLD) {
          const lives = Math.min(LIVES_IN_A_WORLD, first + last - seed);
          const played = await playWorld(ground, seed, lives);
          if (twice) {
            const again = await playWorld(ground, seed, lives);
            const line = played.story.findIndex((told, index) => told !== again.story[index]);
            if (line >= 0)
              played.breaches.push(`line ${line} was told as ${again.story[line]} when it was played again`);
          }
          steps += played.story.length;
          rounds = Math.max(rounds, played.rounds);
          if (story || played.breaches.length > 0) console.log(report(played, lives));
          if (played.breaches.length > 0) failed += 1;
          if (failed > 0 && !keepOn) return failed;
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
  return failed;
}
