import { Auditor } from '#platform';
import { MemberRole } from '#identity';
import { Offers } from '../../libs/reservations/src/inventory/offers.js';
import { Quotes } from '../../libs/reservations/src/quotes.js';
import type { PlacesInput } from '../../libs/reservations/src/reservation.inputs.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { addPlaces, cancel, generousOrganization, hold } from '../support/booking.js';
import { type Account, account } from '../support/fixtures.js';
import { createTier, eventWith, placesOf, seatsFrom, tierOf, tiersHeld } from '../support/tiers.js';

const EARLY = 'Early 1000';
const ADULT = 'Adult 1800';

describe('who names no tier', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let organizationId: string;
  let organiser: Account;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
    ({ id: organizationId } = await generousOrganization(application));
    organiser = await account(application, { memberOf: [organizationId, MemberRole.ORGANISER] });
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
  });
  afterAll(async () => {
    await application.close();
  });

  const early = { name: 'Early', priceMinor: 1000, maxPerOrder: 100, quantity: 2 };
  const adult = { name: 'Adult', priceMinor: 1800, maxPerOrder: 100 };
  const hallWith = (...tiers: Parameters<typeof eventWith>[2]) => eventWith(application, organizationId, tiers);

  it('gets the first that has places left, and the next when it is sold out at that moment', async () => {
    const hall = await hallWith(early, adult);
    const { client } = application;
    const first = await hold(client, hall, seatsFrom(hall, 0));
    expect(await placesOf(client, first)).toEqual([EARLY]);
    expect(await tiersHeld(client, hall, seatsFrom(hall, 1))).toEqual([EARLY]);
    expect(await tiersHeld(client, hall, seatsFrom(hall, 2))).toEqual([ADULT]);
    expect(await tiersHeld(client, hall, { areas: [{ areaId: hall.standing.id, count: 2 }] })).toEqual([ADULT, ADULT]);
    // What comes back is sold for its price again.
    await cancel(client, first);
    expect(await tiersHeld(client, hall, seatsFrom(hall, 3))).toEqual([EARLY]);
  });

  it('is told that it is sold out who named it', async () => {
    const hall = await hallWith(early, adult);
    const named = (from: number, count: number) =>
      hold(application.client, hall, seatsFrom(hall, from, count, tierOf(hall, 'Early')));
    await named(0, 1);
    expect(await named(1, 2)).toMatchObject({ __typename: 'TierSoldOut', left: 1 });
    await named(1, 1);
    expect(await named(2, 1)).toMatchObject({ __typename: 'TierSoldOut', message: 'Early is sold out.' });
  });

  it('gets as many of the first as there are, and the rest of the next; who names one is served before', async () => {
    const hall = await hallWith(early, adult);
    expect(await tiersHeld(application.client, hall, seatsFrom(hall, 0, 4))).toEqual([EARLY, EARLY, ADULT, ADULT]);
    const other = await hallWith(early, adult);
    const mixed = [...seatsFrom(other, 0, 2).seats!, ...seatsFrom(other, 2, 1, tierOf(other, 'Early')).seats!];
    expect(await tiersHeld(application.client, other, { seats: mixed })).toEqual([EARLY, ADULT, EARLY]);
  });

  it('gets places that are free by the clock, though nobody has recorded it', async () => {
    const hall = await hallWith(early, adult);
    await hold(application.client, hall, seatsFrom(hall, 0, 2));
    clock.advance(16);
    expect(await tiersHeld(application.client, hall, seatsFrom(hall, 5, 3))).toEqual([EARLY, EARLY, ADULT]);
  });

  it('is told that all are sold out when they are, and what is left of the first', async () => {
    const hall = await hallWith(early, { ...adult, quantity: 2 });
    await hold(application.client, hall, seatsFrom(hall, 0, 1));
    expect(await hold(application.client, hall, seatsFrom(hall, 1, 4))).toMatchObject({
      __typename: 'TierSoldOut',
      message: 'Early has only 1 left.',
    });
    expect(await tiersHeld(application.client, hall, seatsFrom(hall, 1, 3))).toEqual([EARLY, ADULT, ADULT]);
    expect((await hold(application.client, hall, seatsFrom(hall, 4, 1))).message).toBe('Early is sold out.');
  });

  it('gets no tier for which the rest would be too few or too many', async () => {
    const group = { name: 'Group', priceMinor: 500, minPerOrder: 3, maxPerOrder: 100, quantity: 4 };
    const hall = await hallWith(group, { ...adult, minPerOrder: 2, maxPerOrder: 3 });
    const { client } = application;
    expect(await hold(client, hall, seatsFrom(hall, 0, 2))).toMatchObject({ __typename: 'LimitExceeded' });
    expect(await tiersHeld(client, hall, seatsFrom(hall, 0, 3))).toEqual(Array(3).fill('Group 500'));
    expect(await tiersHeld(client, hall, seatsFrom(hall, 3, 3))).toEqual(Array(3).fill(ADULT));
    expect(await hold(client, hall, seatsFrom(hall, 6, 4))).toMatchObject({ __typename: 'TierSoldOut', left: 1 });
  });

  it('gets the next when the sale of the first is over, at that moment', async () => {
    const hall = await hallWith(
      { ...early, quantity: undefined, saleEndsAt: new Date(clock.now().getTime() + 60_000) },
      adult,
    );
    expect(await tiersHeld(application.client, hall, seatsFrom(hall, 0))).toEqual([EARLY]);
    clock.advance(1);
    expect(await tiersHeld(application.client, hall, seatsFrom(hall, 1))).toEqual([ADULT]);
    expect(await hold(application.client, hall, seatsFrom(hall, 2, 1, tierOf(hall, 'Early')))).toMatchObject({
      __typename: 'NotOnSale',
    });
  });

  it('never gets a hidden one; who names it is told that there is none', async () => {
    const hall = await hallWith(adult);
    const secret = await createTier(organiser.client, hall, {
      name: 'Secret',
      priceMinor: 1,
      hidden: true,
      position: 0,
    });
    expect(await tiersHeld(application.client, hall, seatsFrom(hall, 0))).toEqual([ADULT]);
    for (const client of [application.client, organiser.client])
      await expect(hold(client, hall, seatsFrom(hall, 1, 1, secret.id))).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
  });

  it('gets a hidden one that was unlocked', async () => {
    const hall = await hallWith(adult, early);
    const secret = await createTier(organiser.client, hall, {
      name: 'Secret',
      priceMinor: 1,
      quantity: 5,
      hidden: true,
      position: 0,
    });
    const offer = await application.get(Offers).current(hall.bookable.id);
    const price = (tierId: string | undefined, unlocked?: string[]) =>
      application
        .get(Quotes)
        .price(offer, { from: 0, to: 1 }, seatsFrom(hall, 0, 1, tierId) as PlacesInput, [], unlocked);
    expect(() => price(secret.id)).toThrow('has no tier');
    expect(price(secret.id, [secret.id!])).toMatchObject([{ tierId: secret.id, priceMinor: 1 }]);
    expect(price(undefined, [secret.id!])[0]!.choices).toMatchObject([
      { tierId: secret.id, priceMinor: 1, limited: true },
      { tierId: tierOf(hall, 'Adult'), limited: false },
    ]);
    expect(price(undefined)[0]).toMatchObject({ tierId: tierOf(hall, 'Adult'), priceMinor: 1800 });
    expect(price(undefined)[0]!.choices).toBeUndefined();
  });

  it('gets the same when places are added', async () => {
    const hall = await hallWith({ ...early, quantity: 3 }, adult);
    const { client } = application;
    const reserved = await hold(client, hall, seatsFrom(hall, 0));
    expect((await addPlaces(client, reserved, seatsFrom(hall, 1, 3))).__typename).toBe('Reservation');
    expect(await placesOf(client, reserved)).toEqual([EARLY, EARLY, EARLY, ADULT]);
    const other = await hold(client, hall, seatsFrom(hall, 10));
    expect(await placesOf(client, other)).toEqual([ADULT]);
    clock.advance(8);
    const third = await hold(client, hall, seatsFrom(hall, 11));
    clock.advance(8);
    // Reservation and other are over by the clock.
    expect((await addPlaces(client, third, seatsFrom(hall, 20, 2))).__typename).toBe('Reservation');
    expect(await placesOf(client, third)).toEqual([ADULT, EARLY, EARLY]);
    expect(await addPlaces(client, third, seatsFrom(hall, 30, 2, tierOf(hall, 'Early')))).toMatchObject({
      __typename: 'TierSoldOut',
      left: 1,
    });
  });

  it('pays what the reservation says, and is asked again when that is not what was expected', async () => {
    const hall = await hallWith({ ...early, quantity: 1 }, adult);
    await hold(application.client, hall, seatsFrom(hall, 0));
    const { reservation, sessionToken } = await hold(application.client, hall, seatsFrom(hall, 1));
    const { checkOut } = await application.client.ask<{ checkOut: object }>(
      `mutation ($input: CheckOutInput!) { checkOut(input: $input) { __typename ... on Refusal { message } } }`,
      {
        input: {
          reservationId: reservation!.id,
          sessionToken,
          expectedTotalMinor: 1000,
          contact: { name: 'Somebody', email: 'somebody@holdfast.test' },
        },
      },
    );
    expect(checkOut).toMatchObject({ __typename: 'TotalChanged', message: expect.stringContaining('1800') });
  });
});
