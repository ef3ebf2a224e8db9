import { setTimeout as sleep } from 'node:timers/promises';
import { Auditor } from '#platform';
import { MemberRole } from '#identity';
import { type TestApplication, startApplication, startBeside } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { type Hall, cancel, generousOrganization, hold } from '../support/booking.js';
import { type Account, account } from '../support/fixtures.js';
import { checkOut } from '../support/sale.js';
import {
  createTier,
  deleteTier,
  eventWith,
  placesOf,
  seatsFrom,
  tierOf,
  tiersHeld,
  tiersOf,
  updateTier,
} from '../support/tiers.js';

describe('tiers', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let organizationId: string;
  let organiser: Account;
  let hall: Hall;
  beforeAll(async () => {
    // No worker: nothing here may depend on a background job.
    application = await startApplication({ ROLE: 'api' }, clock);
    ({ id: organizationId } = await generousOrganization(application));
    organiser = await account(application, { memberOf: [organizationId, MemberRole.ORGANISER] });
  });
  beforeEach(async () => {
    hall = await eventWith(application, organizationId, [
      { name: 'Free', priceMinor: 0, maxPerOrder: 100 },
      { name: 'Adult', priceMinor: 1800, maxPerOrder: 100 },
    ]);
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
  });
  afterAll(async () => {
    await application.close();
  });

  const names = async (client = organiser.client): Promise<(string | undefined)[]> =>
    (await tiersOf(client, hall)).map(({ name }) => name);
  const tier = (name: string): string => tierOf(hall, name);
  const held = (count: number, name: string, from = 0) =>
    hold(application.client, hall, seatsFrom(hall, from, count, tier(name)));
  /** Sold without a payment: the tier costs nothing. */
  const sold = async (count: number, from = 0): Promise<void> => {
    expect(await checkOut(application.client, await held(count, 'Free', from))).toMatchObject({ state: 'PAID' });
  };

  describe('as their organiser makes them', () => {
    it('are put where they are wanted, or last, and the others make room', async () => {
      await createTier(organiser.client, hall, { name: 'Last', priceMinor: 1 });
      await createTier(organiser.client, hall, { name: 'First', priceMinor: 1, position: 0 });
      await createTier(organiser.client, hall, { name: 'Third', priceMinor: 1, position: 2 });
      expect(await names()).toEqual(['First', 'Free', 'Third', 'Adult', 'Last']);
      expect((await tiersOf(organiser.client, hall)).map(({ position }) => position)).toEqual([0, 1, 2, 3, 4]);
      await updateTier(organiser.client, tier('Adult'), { position: 1000 });
      await updateTier(organiser.client, tier('Free'), { position: 0 });
      expect(await names()).toEqual(['Free', 'First', 'Third', 'Last', 'Adult']);
    });

    it('are shown to the public when they are active and not hidden, and to the people of the organization always', async () => {
      await createTier(organiser.client, hall, { name: 'Off', priceMinor: 1, active: false });
      await createTier(organiser.client, hall, { name: 'Secret', priceMinor: 1, hidden: true });
      const gate = await account(application, { memberOf: [organizationId, MemberRole.GATE] });
      const stranger = await account(application);
      expect(await names(application.client)).toEqual(['Free', 'Adult']);
      expect(await names(stranger.client)).toEqual(['Free', 'Adult']);
      expect(await names(gate.client)).toEqual(['Free', 'Adult', 'Off', 'Secret']);
      expect(await names()).toEqual(['Free', 'Adult', 'Off', 'Secret']);
      const { bookable } = await application.client.ask<{ bookable: Record<string, { name?: string }[]> }>(
        `query ($id: ID!) { bookable(id: $id) { tiers { name } prices { priceMinor } } }`,
        { id: hall.bookable.id },
      );
      expect(bookable).toEqual({
        tiers: [{ name: 'Free' }, { name: 'Adult' }],
        prices: [{ priceMinor: 0 }, { priceMinor: 1800 }],
      });
    });

    it('change in what is given, and lose what is taken away', async () => {
      const changed = await updateTier(organiser.client, tier('Adult'), {
        quantity: 7,
        saleEndsAt: '2030-01-01T00:00:00Z',
        minPerOrder: 2,
        requiresApproval: true,
      });
      expect(changed).toMatchObject({ name: 'Adult', priceMinor: 1800, quantity: 7, minPerOrder: 2, maxPerOrder: 100 });
      const cleared = await updateTier(organiser.client, tier('Adult'), {
        name: 'Grown-up',
        quantity: null,
        clear: ['SALE_END'],
      });
      expect(cleared).toMatchObject({ name: 'Grown-up', quantity: 7, saleEndsAt: null, requiresApproval: true });
      expect(await updateTier(organiser.client, tier('Adult'), { clear: ['QUANTITY'] })).toMatchObject({
        quantity: null,
      });
    });

    it.each([
      ['a name twice', { name: 'Free' }, 'Two tiers have the same name.'],
      ['more least than most', { minPerOrder: 5, maxPerOrder: 4 }, 'The least per order is more than the most.'],
      [
        'a sale that ends before it starts',
        { saleStartsAt: '2030-01-02T00:00:00Z', saleEndsAt: '2030-01-01T00:00:00Z' },
        'The sale ends before it starts.',
      ],
    ])('are refused with %s', async (_, input, message) => {
      for (const ask of [
        () => updateTier(organiser.client, tier('Adult'), input),
        () => createTier(organiser.client, hall, { name: 'New', priceMinor: 1, ...input }),
      ])
        await expect(ask()).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message });
    });

    it('reach who is buying: what another process remembers is priced again', async () => {
      const beside = await startBeside(application, clock);
      expect(await tiersHeld(beside.client, hall, seatsFrom(hall, 0, 1, tier('Adult')))).toEqual(['Adult 1800']);
      await updateTier(organiser.client, tier('Adult'), { priceMinor: 2000 });
      expect(await tiersHeld(beside.client, hall, seatsFrom(hall, 1, 1, tier('Adult')))).toEqual(['Adult 2000']);
      const late = await createTier(organiser.client, hall, { name: 'Late', priceMinor: 2500, position: 0 });
      const reserved = await hold(application.client, hall, seatsFrom(hall, 2, 1, late.id));
      expect(await placesOf(beside.client, reserved)).toEqual(['Late 2500']);
      await beside.close();
    });
  });

  it('that are changed while the first passenger reserves are not missed', async () => {
    const runner = application.database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`UPDATE tiers SET price_minor = 2100 WHERE id = $1`, [tier('Adult')]);
    const first = held(1, 'Adult');
    // It waits, or the old price would be remembered for good: what nobody has reserved has no revision.
    expect(await Promise.race([first, sleep(500)])).toBeUndefined();
    await runner.commitTransaction();
    await runner.release();
    expect(await placesOf(application.client, await first)).toEqual(['Adult 2100']);
  });

  describe('that have been sold', () => {
    it('keep their price, and everything else may change', async () => {
      await sold(3);
      expect(await updateTier(organiser.client, tier('Free'), { priceMinor: 100 })).toMatchObject({
        __typename: 'TierSold',
        sold: 3,
        message: 'Free has been sold, and keeps its price. Make another tier for another price.',
      });
      expect(
        await updateTier(organiser.client, tier('Free'), { priceMinor: 0, active: false, name: 'Old' }),
      ).toMatchObject({
        __typename: 'Tier',
        name: 'Old',
      });
      expect(await updateTier(organiser.client, tier('Adult'), { priceMinor: 1900 })).toMatchObject({
        priceMinor: 1900,
      });
    });

    it('may change their price while they are only held: the hold keeps what it was promised', async () => {
      const reserved = await held(2, 'Adult');
      expect(await updateTier(organiser.client, tier('Adult'), { priceMinor: 2200 })).toMatchObject({
        priceMinor: 2200,
      });
      expect(await placesOf(application.client, reserved)).toEqual(['Adult 1800', 'Adult 1800']);
      expect(await checkOut(application.client, reserved)).toMatchObject({ totalMinor: 3600 });
    });

    it('are never fewer than what is sold and held, and are counted with the first quantity', async () => {
      await sold(3);
      await held(2, 'Free', 3);
      const brief = await held(4, 'Free', 5);
      expect(await updateTier(organiser.client, tier('Free'), { quantity: 8 })).toMatchObject({
        __typename: 'TierTaken',
        taken: 9,
        message: '9 places of Free are sold or held; its quantity cannot be less.',
      });
      expect(await updateTier(organiser.client, tier('Free'), { quantity: 9 })).toMatchObject({ quantity: 9 });
      expect(await held(1, 'Free', 20)).toMatchObject({ __typename: 'TierSoldOut', left: 0 });
      await cancel(application.client, brief);
      expect(await updateTier(organiser.client, tier('Free'), { quantity: 4 })).toMatchObject({ taken: 5 });
      expect(await updateTier(organiser.client, tier('Free'), { quantity: 6 })).toMatchObject({ quantity: 6 });
      expect(await held(2, 'Free', 20)).toMatchObject({ __typename: 'TierSoldOut', left: 1 });
      // By the clock the two that are held are free; nobody has recorded it.
      clock.advance(16);
      expect(await updateTier(organiser.client, tier('Free'), { quantity: 3 })).toMatchObject({ quantity: 3 });
      expect(await updateTier(organiser.client, tier('Free'), { clear: ['QUANTITY'] })).toMatchObject({
        quantity: null,
      });
      expect((await held(2, 'Free', 20)).__typename).toBe('ReservationOpened');
    });

    it('cannot be deleted, only deactivated; nor what somebody holds', async () => {
      await sold(1);
      expect(await deleteTier(organiser.client, tier('Free'))).toMatchObject({ __typename: 'TierSold', sold: 1 });
      const reserved = await held(1, 'Adult', 1);
      expect(await deleteTier(organiser.client, tier('Adult'))).toMatchObject({ __typename: 'TierHeld' });
      await cancel(application.client, reserved);
      expect(await deleteTier(organiser.client, tier('Adult'))).toEqual({
        __typename: 'TierDeleted',
        id: tier('Adult'),
      });
      expect(await names()).toEqual(['Free']);
      expect(await placesOf(application.client, reserved)).toEqual([]);
    });

    it('cannot be deleted when they were ordered, also when nobody paid; but when only a hold has lapsed', async () => {
      await held(1, 'Free');
      await checkOut(application.client, await held(1, 'Adult', 1));
      clock.advance(16);
      expect(await deleteTier(organiser.client, tier('Adult'))).toMatchObject({ __typename: 'TierSold', sold: 0 });
      expect(await deleteTier(organiser.client, tier('Free'))).toMatchObject({ __typename: 'TierDeleted' });
    });
  });

  it.each([
    ['a price', `UPDATE tiers SET price_minor = 1 WHERE id = $1`, 'has been sold at 0'],
    ['a quantity', `UPDATE tiers SET quantity = 2 WHERE id = $1`, '3 places of tier'],
    ['itself', `DELETE FROM tiers WHERE id = $1`, 'has been ordered'],
    ['its bookable', `UPDATE tiers SET bookable_id = $1 WHERE id = $1`, 'stays with its bookable'],
  ])('keep %s against whatever writes to the database', async (_, sql, says) => {
    await sold(3);
    await expect(application.database.query(sql, [tier('Free')])).rejects.toThrow(says);
  });
});
