import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { Auditor } from '#platform';
import { MemberRole } from '#identity';
import type { Client } from '../../apps/cli/src/journey/client.js';
import { type TestApplication, startApplication, startBeside } from '../support/application.js';
import { type Hall, generousOrganization, hold } from '../support/booking.js';
import { type Account, account, eventually } from '../support/fixtures.js';
import { RIVALS, orCode, rush, tally, weaken } from '../support/rivals.js';
import { checkOut } from '../support/sale.js';
import {
  type TierAnswer,
  deleteTier,
  eventWith,
  seatsFrom,
  tierOf,
  tiersHeld,
  tiersOf,
  updateTier,
} from '../support/tiers.js';

const LOCK = 'PERFORM FROM inventories WHERE bookable_id = OLD.bookable_id FOR NO KEY UPDATE;';

/** Fifty passengers buy through two applications while the organiser changes what they buy. */
describe('a tier that is changed while fifty buy it', () => {
  let application: TestApplication;
  let beside: TestApplication;
  let organizationId: string;
  let organiser: Account;
  let hall: Hall;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
    beside = await startBeside(application);
    ({ id: organizationId } = await generousOrganization(application));
    organiser = await account(application, { memberOf: [organizationId, MemberRole.ORGANISER] });
  });
  afterAll(async () => {
    await beside.close();
    await application.close();
  });

  const findings = async (): Promise<string[]> =>
    (await application.get(Auditor).run()).map(({ invariant }) => invariant);
  const door = (rival: number): Client => (rival % 2 ? beside : application).client;
  /** Of a tier that costs nothing, so that checking out sells; both applications remember its price. */
  const hallWith = async (quantity?: number): Promise<void> => {
    hall = await eventWith(application, organizationId, [
      { name: 'Free', priceMinor: 0, maxPerOrder: 100, quantity },
      { name: 'Adult', priceMinor: 1800, maxPerOrder: 100 },
    ]);
    for (const rival of [0, 1]) await hold(door(rival), hall, seatsFrom(hall, 100 + rival, 1, tierOf(hall, 'Adult')));
  };
  const free = (): string => tierOf(hall, 'Free');
  const buy = (rival: number) => hold(door(rival), hall, seatsFrom(hall, rival, 1, free()));
  const opened = (outcomes: { __typename: string }[]): number => tally(outcomes)['ReservationOpened'] ?? 0;

  /** All at once; the organiser comes somewhere among them. */
  const during = async (
    change: () => Promise<TierAnswer>,
    ask: (rival: number) => Promise<{ __typename: string }> = buy,
  ): Promise<{ bought: { __typename: string }[]; changed: TierAnswer }> => {
    const buying = rush(ask);
    await sleep(Math.floor(RIVALS / 5));
    const [bought, changed] = await Promise.all([buying, orCode(change())]);
    return { bought, changed };
  };

  it.each([5, 30, 60])('gets a first quantity of %i: all that were before are counted', async (quantity) => {
    await hallWith();
    const { bought, changed } = await during(() => updateTier(organiser.client, free(), { quantity }));
    const [tier] = await tiersOf(organiser.client, hall);
    expect(changed.__typename).toBe(tier!.quantity === null ? 'TierTaken' : 'Tier');
    if (tier!.quantity !== null) expect(opened(bought)).toBe(Math.min(RIVALS, quantity));
    expect(await findings()).toEqual([]);
  });

  it.each([1, 10, 25])('gets a lower quantity of %i: never fewer than are taken', async (quantity) => {
    await hallWith(45);
    const { bought, changed } = await during(() => updateTier(organiser.client, free(), { quantity }));
    const most = changed.__typename === 'Tier' ? quantity : 45;
    expect(opened(bought)).toBe(most);
    expect(tally(bought)).toEqual({ ReservationOpened: most, TierSoldOut: RIVALS - most });
    expect(await findings()).toEqual([]);
  });

  it('is deleted, and nobody has it; or somebody has it, and it stays', async () => {
    for (let round = 0; round < 4; round += 1) {
      await hallWith();
      const { bought, changed } = await during(() => deleteTier(organiser.client, free()));
      expect(['TierDeleted', 'TierHeld']).toContain(changed.__typename);
      expect(opened(bought)).toBe(changed.__typename === 'TierDeleted' ? 0 : RIVALS);
      expect(await findings()).toEqual([]);
    }
  });

  it('has another price, or the one that it was sold for', async () => {
    await hallWith();
    const held = await Promise.all(Array.from({ length: RIVALS }, (_, rival) => buy(rival)));
    const { bought, changed } = await during(
      () => updateTier(organiser.client, free(), { priceMinor: 100 }),
      (rival) => checkOut(door(rival), held[rival]!),
    );
    expect(tally(bought)).toEqual({ Order: RIVALS });
    const [tier] = await tiersOf(organiser.client, hall);
    expect(tier!.priceMinor).toBe(changed.__typename === 'Tier' ? 100 : 0);
    expect(await updateTier(organiser.client, free(), { priceMinor: 200 })).toMatchObject({
      __typename: 'TierSold',
      sold: RIVALS,
    });
    expect(await findings()).toEqual([]);
  });

  it('runs out for those who named none: exactly so many get it, and all the others the next', async () => {
    const places = async (): Promise<Record<string, number>> => {
      await hallWith(10);
      const outcomes = await rush(async (rival) => {
        const [__typename] = await tiersHeld(door(rival), hall, seatsFrom(hall, rival));
        return { __typename: __typename! };
      });
      return tally(outcomes);
    };
    expect(await places()).toEqual({ 'Free 0': 10, 'Adult 1800': RIVALS - 10 });
    // The control: when what is left is not read, the constraint refuses those whom the next tier would have served.
    const restore = await weaken(application.database, 'read_for_holds', 't.quantity - t.taken', 't.quantity');
    const { 'Free 0': first = 0, 'Adult 1800': next = 0 } = await places();
    await restore();
    expect(first).toBeLessThanOrEqual(10);
    expect(first + next).toBeLessThan(RIVALS);
    expect(await findings()).toEqual([]);
  });

  /** What is written past the application, by a wall that is stopped after it has looked: with its lock, and without. */
  describe('by whoever writes to the database', () => {
    let gate: QueryRunner;
    beforeAll(() => {
      gate = application.database.dataSource.createQueryRunner();
    });
    afterAll(async () => {
      await gate.release();
    });

    /** Buys while the wall stands between looking and letting through. @returns what was bought meanwhile */
    const bought = async (
      answer: 'NEW' | 'OLD',
      lock: boolean,
      sql: string,
      buying: () => Promise<{ __typename: string }[]>,
    ): Promise<{ __typename: string }[] | undefined> => {
      const { database } = application;
      const restore = [
        await weaken(
          database,
          'tiers_wall',
          `RETURN ${answer};`,
          `PERFORM pg_advisory_xact_lock(7); RETURN ${answer};`,
        ),
      ];
      if (!lock) restore.push(await weaken(database, 'tiers_wall', LOCK, ''));
      await gate.query('SELECT pg_advisory_lock(7)');
      const writing = database.query(sql, [free()]);
      await eventually(
        () => database.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted`),
        ({ length }) => length === 1,
      );
      const bought = buying();
      // Without the lock nothing keeps them from it; with it they wait.
      const meanwhile = await Promise.race([bought, sleep(lock ? 700 : 20_000, undefined, { ref: false })]);
      await gate.query('SELECT pg_advisory_unlock(7)');
      await Promise.all([writing, bought]);
      for (const undo of restore.toReversed()) await undo();
      return meanwhile;
    };

    it.each([
      ['a first quantity', 'NEW', `UPDATE tiers SET quantity = 100 WHERE id = $1`, ['tier-count-differs']],
      ['no tier at all', 'OLD', `DELETE FROM tiers WHERE id = $1`, ['orphan']],
    ] as const)('has %s', async (_, answer, sql, wrong) => {
      await hallWith();
      expect(await bought(answer, true, sql, () => rush(buy))).toBeUndefined();
      expect(await findings()).toEqual([]);
      await hallWith();
      expect(opened((await bought(answer, false, sql, () => rush(buy)))!)).toBe(RIVALS);
      expect(await findings()).toEqual(wrong);
      await application.database.query(`UPDATE tiers SET quantity = NULL WHERE bookable_id = $1`, [hall.bookable.id]);
      await application.database.query(
        `UPDATE reservations SET tier_ids = array_replace(tier_ids, $1, $2) WHERE bookable_id = $3`,
        [free(), tierOf(hall, 'Adult'), hall.bookable.id],
      );
      expect(await findings()).toEqual([]);
    });

    it('has another price only before it is sold', async () => {
      const sold = async (lock: boolean) => {
        await hallWith();
        const held = await Promise.all(Array.from({ length: 5 }, (_, rival) => buy(rival)));
        return await bought('NEW', lock, `UPDATE tiers SET price_minor = 100 WHERE id = $1`, () =>
          Promise.all(held.map((one, rival) => checkOut(door(rival), one))),
        );
      };
      expect(await sold(true)).toBeUndefined();
      // It was sold for nothing, and then the new price was let through.
      expect(tally((await sold(false))!)).toEqual({ Order: 5 });
      expect((await tiersOf(organiser.client, hall))[0]!.priceMinor).toBe(100);
    });
  });
});
