import { PaymentProvider } from '../../libs/payments/src/payment-provider.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { StoppedClock } from '../support/clock.js';
import { Gateway } from './gateway.js';
import { Kills } from './kills.js';
import { breaches } from './law.js';
import { passengers } from './place.js';
import { type Ground, World } from './world.js';

export const LIVES_IN_A_WORLD = 10;
/** Long ago or ahead, so that nothing depends on the day on which it runs. */
const BEGIN = new Date('2031-01-06T09:00:00Z');

export interface Played {
  seed: number;
  story: string[];
  breaches: string[];
  rounds: number;
}

/** The whole application, without its queues and timers: those are the harness's. */
export async function openGround(): Promise<Ground> {
  const clock = new StoppedClock(BEGIN);
  const application = await startApplication({ ROLE: 'api' }, clock);
  const gateway = new Gateway(clock, 0);
  gateway.standInFor(application.get(PaymentProvider));
  const kills = new Kills(application.database.dataSource);
  return {
    application,
    clock,
    gateway,
    kills,
    passengers: await passengers(application, 3),
    worlds: 0,
    audited: new Set(),
  };
}

/** The lives of the seeds from `seed` on, in one world. */
export async function playWorld(ground: Ground, seed: number, lives = LIVES_IN_A_WORLD): Promise<Played> {
  const world = new World(ground, seed, lives);
  try {
    await world.play();
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.broken.push(
      `${told}${error instanceof Error && error.cause instanceof Error ? `\n${error.cause.stack}` : ''}`,
    );
  }
  return { seed, story: world.story, breaches: await breaches(world), rounds: world.rounds };
}

/** What to read when the law is broken, and how to see it again. */
export const report = ({ seed, story, breaches: found }: Played, lives = LIVES_IN_A_WORLD): string =>
  [...story.map((line) => `  ${line}`), ...found, `again: npm run lives -- --seeds ${lives} --seed ${seed}`].join('\n');

export const closeGround = async ({ application }: { application: TestApplication }): Promise<void> =>
  await application.close();
