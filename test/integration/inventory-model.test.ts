import { ModelFailure, type RunOptions, type RunReport, runModel } from '../model/run.js';
import { type TestApplication, startApplication, startBeside } from '../support/application.js';
import { StoppedClock } from '../support/clock.js';
import { weaken } from '../support/rivals.js';

const SEED = 20261121;
const TIME_LIMIT_MS = 180_000;

/** The inventory against an oracle of a bitmap per seat and a counter per area and tier. */
describe('random passengers', () => {
  const clock = new StoppedClock();
  let application: TestApplication;
  let beside: TestApplication;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
    beside = await startBeside(application, clock);
  });
  afterAll(async () => {
    await beside.close();
    await application.close();
  });

  /** Everything happened, and was refused, at least once: a run without refusals proves nothing. */
  const expectAllKinds = ({ counts }: RunReport): void => {
    expect(Object.keys(counts).toSorted()).toEqual([
      'add',
      'advance',
      'cancel',
      'check-out',
      'extend',
      'give-back',
      'pay',
      'remove',
      'repeat',
      'reserve',
      'sweep',
    ]);
    expect(Object.keys(counts['reserve']!)).toEqual(
      expect.arrayContaining(['done', 'SeatTaken', 'AreaFull', 'TierSoldOut']),
    );
    expect(Object.keys(counts['pay']!).toSorted()).toEqual(['PAID', 'REFUNDED']);
    expect(Object.keys(counts['extend']!)).toEqual(
      expect.arrayContaining(['done', 'LimitExceeded', 'ReservationEnded']),
    );
  };

  it(
    'one at a time get the answer that the oracle predicts',
    async () => {
      const options = { seed: SEED, operations: 600, workers: 1, perRound: 100, roundsPerAudit: 2 };
      expectAllKinds(await runModel([application], clock, options));
    },
    TIME_LIMIT_MS,
  );

  it(
    'sixteen at a time through two applications get answers that can be true together',
    async () => {
      const options = { seed: SEED, operations: 4_400, workers: 16, perRound: 275, roundsPerAudit: 4 };
      expectAllKinds(await runModel([application, beside], clock, options));
    },
    TIME_LIMIT_MS,
  );
});

/** Negative controls, each in a database of its own: what the oracle does not see it does not guard. */
describe('random passengers when a guard is gone', () => {
  const clock = new StoppedClock();
  let application: TestApplication;
  beforeEach(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
  });
  afterEach(async () => {
    await application.close();
  });

  const failure = async (options: Partial<RunOptions>): Promise<ModelFailure> => {
    const all = { seed: SEED, operations: 300, workers: 1, perRound: 100, roundsPerAudit: 1_000, ...options };
    const failed: unknown = await runModel([application], clock, all).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ModelFailure);
    return failed as ModelFailure;
  };
  const blindForSeats = async (): Promise<void> => {
    const { database } = application;
    await weaken(database, 'read_for_holds', 'array_agg(c.legs ORDER', `array_agg(repeat('.', length(c.legs)) ORDER`);
    await weaken(database, 'write_holds', `AND replace(substr(c.legs, w.f + 1, w.t - w.f), '.', '') = ''`, '');
    await database.query(`DROP TRIGGER seat_cells_one_holder ON seat_cells`);
  };

  it('of the seats: one seat is given to two, and both modes say so', async () => {
    await blindForSeats();
    const together = await failure({ workers: 16 });
    expect(together.violations).toContainEqual(expect.stringMatching(/ is given to \S+, \S+ in step /));
    expect(together.message).toContain(`npm run model -- --operations 300 --seed ${SEED} --workers 16 --round 100`);
    const alone = await failure({ workers: 1 });
    expect(alone.violations[0]).toMatch(/answered .*"done".*, the oracle says .*"SeatTaken"/);
  });

  it('of the areas: more places are given than there are', async () => {
    const { database } = application;
    await database.query(`ALTER TABLE area_cells DROP CONSTRAINT area_cells_within_capacity`);
    const taken = `array_to_string(array_fill(0, ARRAY[cardinality(c.taken)]), ',')`;
    await weaken(database, 'read_for_holds', `array_to_string(c.taken, ',')`, taken);
    expect((await failure({ workers: 16 })).violations).toContainEqual(expect.stringMatching(/ is given to /));
  });

  it('of the end of a hold: it is kept from others although its time is up', async () => {
    await weaken(application.database, 'read_for_holds', `c.held_until) * 1000`, `c.held_until) * 1000 + 3600000`);
    expect((await failure({ operations: 600 })).violations[0]).toMatch(/answered .*"SeatTaken"/);
  });
});
