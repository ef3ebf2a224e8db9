import { HotPool } from '#platform';
import { MemberRole } from '#identity';
import { type TestApplication, startApplication } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { type Hall, cancel, generousOrganization, hold } from '../support/booking.js';
import { type Account, account } from '../support/fixtures.js';
import { checkOut, tripOf } from '../support/sale.js';
import { createTier, eventWith, seatsFrom, tierOf, updateTier } from '../support/tiers.js';

interface Availability {
  available: number;
  sold: number;
  held: number;
  quantity: number | null;
  isSoldOut: boolean;
  isOnSale: boolean;
  canPurchase: boolean;
  message: string | null;
}

const AVAILABILITY = 'availability { available sold held quantity isSoldOut isOnSale canPurchase message }';

describe('what is left of a tier', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let organizationId: string;
  let organiser: Account;
  let hall: Hall;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
    ({ id: organizationId } = await generousOrganization(application));
    organiser = await account(application, { memberOf: [organizationId, MemberRole.ORGANISER] });
  });
  beforeEach(async () => {
    // 120 seats and 200 places in the area.
    hall = await eventWith(application, organizationId, [
      { name: 'Free', priceMinor: 0, maxPerOrder: 100, quantity: 6 },
      { name: 'Adult', priceMinor: 1800, maxPerOrder: 100 },
    ]);
  });
  afterAll(async () => {
    await application.close();
  });

  const all = async (client = application.client): Promise<Record<string, Availability>> => {
    const { tiers } = await client.ask<{ tiers: { name: string; availability: Availability }[] }>(
      `query ($id: ID!) { tiers(bookableId: $id) { name ${AVAILABILITY} } }`,
      { id: hall.bookable.id },
    );
    return Object.fromEntries(tiers.map(({ name, availability }) => [name, availability]));
  };
  const held = (count: number, from: number, name = 'Free') =>
    hold(application.client, hall, seatsFrom(hall, from, count, tierOf(hall, name)));
  const good = { isSoldOut: false, isOnSale: true, canPurchase: true, message: null };

  it('has exactly the fields that are listed', async () => {
    const { __type } = await application.client.ask<{ __type: { fields: { name: string }[] } }>(
      '{ __type(name: "TierAvailability") { fields { name } } }',
    );
    expect(__type.fields.map(({ name }) => name).toSorted()).toEqual([
      'available',
      'canPurchase',
      'held',
      'isOnSale',
      'isSoldOut',
      'message',
      'quantity',
      'sold',
    ]);
  });

  it('counts what is held and sold, until the clock or the passenger ends it', async () => {
    expect(await all()).toEqual({
      Free: { available: 6, sold: 0, held: 0, quantity: 6, ...good },
      Adult: { available: 320, sold: 0, held: 0, quantity: null, ...good },
    });
    await checkOut(application.client, await held(2, 0));
    const mine = await held(3, 2);
    await held(4, 10, 'Adult');
    expect(await all()).toEqual({
      Free: { available: 1, sold: 2, held: 3, quantity: 6, ...good },
      Adult: { available: 311, sold: 0, held: 4, quantity: null, ...good },
    });
    await cancel(application.client, mine);
    expect((await all())['Free']).toMatchObject({ available: 4, held: 0 });
    clock.advance(16);
    expect((await all())['Adult']).toMatchObject({ available: 318, held: 0 });
  });

  it('says that all is held, and that all is sold', async () => {
    await held(4, 0);
    await held(2, 4);
    expect((await all())['Free']).toEqual({
      available: 0,
      sold: 0,
      held: 6,
      quantity: 6,
      isSoldOut: false,
      isOnSale: true,
      canPurchase: false,
      message: 'No place of Free is left; some are on hold and may come back.',
    });
    clock.advance(16);
    await checkOut(application.client, await held(6, 0));
    expect((await all())['Free']).toMatchObject({
      sold: 6,
      isSoldOut: true,
      canPurchase: false,
      message: 'Free is sold out.',
    });
  });

  it('says why it cannot be bought though there are places', async () => {
    const inDays = (days: number): string => new Date(clock.now().getTime() + days * 86_400_000).toISOString();
    const add = (name: string, input: object) => createTier(organiser.client, hall, { name, priceMinor: 1, ...input });
    await add('Later', { saleStartsAt: '2030-06-01T10:00:00Z' });
    await add('Past', { saleStartsAt: inDays(-3), saleEndsAt: inDays(-2) });
    await add('Off', { active: false });
    await add('Secret', { hidden: true });
    await add('Group', { minPerOrder: 8, quantity: 5 });
    const closed = { canPurchase: false, isOnSale: false };
    expect(await all(organiser.client)).toMatchObject({
      Later: { ...closed, message: 'Later is sold from Sat 1 Jun 2030, 11:00 on.' },
      Past: { ...closed, message: expect.stringMatching(/^Past was sold until /) },
      Off: { ...closed, message: 'Off is not sold.' },
      Secret: { canPurchase: false, isOnSale: true, message: 'Secret is for those who have a promo code for it.' },
      Group: { canPurchase: false, message: 'Group is sold to at least 8 at once, and there are only 5 left.' },
    });
    expect(Object.keys(await all())).toEqual(['Free', 'Adult', 'Later', 'Past', 'Group']);
    await application.database.query(`UPDATE bookables SET state = 'CANCELLED' WHERE id = $1`, [hall.bookable.id]);
    expect((await all())['Adult']).toMatchObject({ ...closed, message: 'Concert is cancelled.' });
  });

  it('is of a journey, of a whole trip when nothing is said', async () => {
    const sale = await tripOf(application, organizationId);
    await hold(application.client, sale, { from: 0, to: 1, seats: [{ seatId: sale.seat('1A').id }] });
    const ask = async (args: string): Promise<Availability> => {
      const { bookable } = await application.client.ask<{ bookable: { tiers: { availability: Availability }[] } }>(
        `query ($id: ID!) { bookable(id: $id) { tiers { availability${args} { available held } } } }`,
        { id: sale.bookable.id },
      );
      return bookable.tiers[0]!.availability;
    };
    expect(await ask('')).toEqual({ available: 48, held: 1 });
    expect(await ask('(from: 0, to: 1)')).toEqual({ available: 48, held: 1 });
    expect(await ask('(from: 1, to: 3)')).toEqual({ available: 49, held: 1 });
    await expect(ask('(from: 2, to: 1)')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('asks the database as often for many tiers as for one', async () => {
    await held(1, 0);
    for (const name of ['A', 'B', 'C', 'D', 'E']) await createTier(organiser.client, hall, { name, priceMinor: 1 });
    const query = jest.spyOn(application.get(HotPool), 'query');
    const asked = async (): Promise<number> => {
      query.mockClear();
      await all();
      return query.mock.calls.length;
    };
    const many = await asked();
    for (const name of ['A', 'B', 'C', 'D', 'E'])
      await application.database.query(`DELETE FROM tiers WHERE bookable_id = $1 AND name = $2`, [
        hall.bookable.id,
        name,
      ]);
    await updateTier(organiser.client, tierOf(hall, 'Adult'), { active: false });
    await held(1, 5);
    const one = await asked();
    query.mockRestore();
    expect(many).toBeGreaterThan(0);
    expect(many).toBeLessThanOrEqual(one + 1);
  });
});
