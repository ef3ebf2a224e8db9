import { newId } from '#kernel';
import { Auditor } from '#platform';
import { Client } from '../../apps/cli/src/journey/client.js';
import { type TestApplication, startApplication } from '../support/application.js';
import {
  type Hall,
  addPlaces,
  cancel,
  extend,
  generousOrganization,
  hallOf,
  hold,
  removePlace,
} from '../support/booking.js';
import { StoppedClock } from '../support/clock.js';
import { type Reserved, type Sale, checkOut, reserve, seatStates, tripOf } from '../support/sale.js';
import { placesOf, readSession } from '../support/session.js';

describe('a booking session', () => {
  const clock = new StoppedClock();
  let application: TestApplication;
  let client: Client;
  let organizationId: string;
  let sale: Sale;
  // No worker: nothing here may depend on a background job.
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
    client = application.client;
    organizationId = (await generousOrganization(application, { holdMinutes: 15, holdCapMinutes: 40 })).id;
  });
  beforeEach(async () => {
    sale = await tripOf(application, organizationId);
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
  });
  afterAll(async () => {
    await application.close();
  });

  const seat = (label: string): { seatId: string } => ({ seatId: sale.seat(label).id });
  const places = async ({ sessionToken }: Reserved): Promise<string[]> =>
    placesOf(await readSession(client, sessionToken));

  it('is read by its token', async () => {
    const reserved = await reserve(client, sale, ['1B', '1A']);
    clock.advance(1);
    expect(await readSession(client, reserved.sessionToken)).toEqual({
      id: reserved.reservation!.id,
      state: 'ACTIVE',
      expiresAt: new Date(clock.now().getTime() + 14 * 60_000).toISOString(),
      secondsLeft: 14 * 60,
      extensionsLeft: 2,
      order: null,
      places: ['1A', '1B'].map((label) => ({
        seat: { label },
        area: null,
        tier: { name: 'Standard' },
        priceMinor: 1000,
      })),
    });
    clock.advance(14);
    expect(await readSession(client, reserved.sessionToken)).toMatchObject({
      state: 'EXPIRED',
      secondsLeft: 0,
      extensionsLeft: 0,
      places: [],
    });
  });

  it.each([
    ['no token', 'x', 'BAD_USER_INPUT'],
    ['a forged one', undefined, 'NOT_FOUND'],
  ])('is not read by %s', async (_what, given, code) => {
    const { sessionToken } = await reserve(client, sale, ['1A']);
    const token = given ?? `${sessionToken!.slice(0, 22)}${'A'.repeat(43)}`;
    await expect(readSession(client, token)).rejects.toMatchObject({ code });
  });

  it('is nobody else’s: every change with another token is NOT_FOUND, and changes nothing', async () => {
    const mine = await reserve(client, sale, ['1A']);
    const other = await reserve(client, sale, ['1B']);
    const stranger = await client.register('Stranger', `${newId()}@holdfast.test`, 'a long enough password');
    const theirs: Reserved = { ...mine, sessionToken: other.sessionToken };
    for (const somebody of [client, stranger]) {
      for (const change of [
        addPlaces(somebody, theirs, { seats: [seat('1C')] }),
        removePlace(somebody, theirs, seat('1A')),
        extend(somebody, theirs),
        cancel(somebody, theirs),
        checkOut(somebody, theirs),
        checkOut(somebody, { ...mine, sessionToken: undefined }),
      ])
        await expect(change).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await readSession(client, mine.sessionToken)).toMatchObject({ state: 'ACTIVE', extensionsLeft: 2 });
    expect(await places(mine)).toEqual(['1A']);
  });

  describe('takes more places', () => {
    it('all of them or none, until its own end', async () => {
      const reserved = await reserve(client, sale, ['2A']);
      const rival = await reserve(client, sale, ['2C']);
      clock.advance(10);
      expect(await addPlaces(client, reserved, { seats: [seat('2B'), seat('2C')] })).toEqual({
        __typename: 'SeatTaken',
        seatIds: [sale.seat('2C').id],
        message: 'Seat 2C is taken. Choose another.',
        mayBeFreeAt: (await readSession(client, rival.sessionToken)).expiresAt,
      });
      expect(await places(reserved)).toEqual(['2A']);
      expect(await addPlaces(client, reserved, { seats: [seat('2B'), seat('2D')] })).toMatchObject({
        __typename: 'Reservation',
        expiresAt: new Date(clock.now().getTime() + 5 * 60_000).toISOString(),
      });
      expect(await places(reserved)).toEqual(['2A', '2B', '2D']);
      clock.advance(5);
      expect(await seatStates(client, sale)).toMatchObject({ '2A': 'FREE', '2B': 'FREE', '2D': 'FREE' });
    });

    it('also those of holds that have ended and are not recorded', async () => {
      await reserve(client, sale, ['3A']);
      clock.advance(15);
      const reserved = await reserve(client, sale, ['3B']);
      expect(await addPlaces(client, reserved, { seats: [seat('3A')] })).toMatchObject({ __typename: 'Reservation' });
      expect(await places(reserved)).toEqual(['3A', '3B']);
    });

    it('on its own legs only', async () => {
      const first = await reserve(client, sale, ['4A', '4B'], { from: 0, to: 1 });
      const last = await reserve(client, sale, ['4C'], { from: 2, to: 3 });
      expect((await addPlaces(client, last, { seats: [seat('4A')] })).__typename).toBe('Reservation');
      expect((await addPlaces(client, first, { seats: [seat('4C')] })).__typename).toBe('Reservation');
      expect(await seatStates(client, sale, 1, 2)).toMatchObject({ '4A': 'FREE', '4C': 'FREE' });
    });

    it('not a seat that it has, not more than its tier allows, and not of another trip', async () => {
      sale = await tripOf(application, organizationId, { maxPerOrder: 2, quantity: 3 });
      const elsewhere = await tripOf(application, organizationId);
      const reserved = await reserve(client, sale, ['1A']);
      const add = (...labels: string[]): ReturnType<typeof addPlaces> =>
        addPlaces(client, reserved, { seats: labels.map(seat) });
      expect(await add('1A')).toMatchObject({ __typename: 'SeatTaken', seatIds: [sale.seat('1A').id] });
      expect(await add('1B', '1C')).toMatchObject({
        __typename: 'LimitExceeded',
        message: 'At most 2 places of Standard in one order.',
      });
      await reserve(client, sale, ['12A', '12B']);
      expect(await add('1B')).toMatchObject({ __typename: 'TierSoldOut', left: 0 });
      for (const wrong of [
        { seats: [{ seatId: elsewhere.seat('1A').id, tierId: newId() }] },
        { seats: [] },
        { areas: [{ areaId: newId(), count: 1 }] },
      ])
        await expect(addPlaces(client, reserved, wrong)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(await places(reserved)).toEqual(['1A']);
    });
  });

  describe('gives places back', () => {
    it('one at a time, and is cancelled with the last', async () => {
      const reserved = await reserve(client, sale, ['5A', '5B']);
      expect(await removePlace(client, reserved, seat('5A'))).toMatchObject({ state: 'ACTIVE' });
      expect(await places(reserved)).toEqual(['5B']);
      expect(await seatStates(client, sale)).toMatchObject({ '5A': 'FREE', '5B': 'HELD' });
      expect((await reserve(client, sale, ['5A'])).__typename).toBe('ReservationOpened');
      // As some clients write ids.
      expect(await removePlace(client, reserved, { seatId: sale.seat('5B').id.toUpperCase() })).toMatchObject({
        state: 'CANCELLED',
      });
      expect((await seatStates(client, sale))['5B']).toBe('FREE');
      expect(await removePlace(client, reserved, seat('5B'))).toMatchObject({ __typename: 'ReservationEnded' });
    });

    it('but only what it has', async () => {
      const reserved = await reserve(client, sale, ['6A']);
      await reserve(client, sale, ['6B']);
      const nonsense = [seat('6B'), { areaId: newId() }, {}, { ...seat('6A'), areaId: newId() }];
      for (const place of [...nonsense, { ...seat('6A'), tierId: newId() }])
        await expect(removePlace(client, reserved, place)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(await places(reserved)).toEqual(['6A']);
    });

    it('of an area by the price class, and without it the one that was added last', async () => {
      const hall: Hall = await hallOf(application, organizationId, { tiers: { Adult: undefined, Child: 9 } });
      const [adult, child] = hall.tiers.map(({ id }) => ({ areaId: hall.standing.id, tierId: id, count: 2 }));
      const reserved = await hold(client, hall, { areas: [adult!, child!] });
      const tiers = async (): Promise<string[]> =>
        (await readSession(client, reserved.sessionToken)).places.map(({ tier }) => tier.name);
      const areaId = hall.standing.id;
      await removePlace(client, reserved, { areaId, tierId: adult!.tierId });
      expect(await tiers()).toEqual(['Adult', 'Child', 'Child']);
      await removePlace(client, reserved, { areaId });
      expect(await tiers()).toEqual(['Adult', 'Child']);
      await removePlace(client, reserved, { areaId, tierId: adult!.tierId });
      await expect(removePlace(client, reserved, { areaId, tierId: adult!.tierId })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
      expect(await removePlace(client, reserved, { areaId })).toMatchObject({ state: 'CANCELLED' });
    });
  });

  it('is cancelled, and cancelling again gives the same answer', async () => {
    const reserved = await reserve(client, sale, ['7A', '7B']);
    const answer = { __typename: 'Reservation', state: 'CANCELLED' };
    expect(await cancel(client, reserved)).toMatchObject(answer);
    expect(await cancel(client, reserved)).toMatchObject(answer);
    expect(await seatStates(client, sale)).toMatchObject({ '7A': 'FREE', '7B': 'FREE' });
    const late = await reserve(client, sale, ['7C']);
    clock.advance(15);
    expect(await cancel(client, late)).toMatchObject({ __typename: 'ReservationEnded' });
  });

  describe('once it is checked out', () => {
    it('has the places of its order: no more, no fewer', async () => {
      const reserved = await reserve(client, sale, ['8A', '8B']);
      await removePlace(client, reserved, seat('8B'));
      await addPlaces(client, reserved, { seats: [seat('8C')] });
      const order = await checkOut(client, reserved);
      expect(order).toMatchObject({ state: 'PENDING', totalMinor: 2000 });
      const refused = {
        __typename: 'AlreadyCheckedOut',
        message: 'This reservation has been checked out. Pay for it, or cancel it and choose again.',
      };
      expect(await addPlaces(client, reserved, { seats: [seat('8D')] })).toEqual(refused);
      expect(await removePlace(client, reserved, seat('8A'))).toEqual(refused);
      expect(await readSession(client, reserved.sessionToken)).toMatchObject({ order: { id: order.id } });
      expect(await places(reserved)).toEqual(['8A', '8C']);
    });

    it('may still be extended, and cancelled with its order', async () => {
      const reserved = await reserve(client, sale, ['9A']);
      await checkOut(client, reserved);
      clock.advance(10);
      expect(await extend(client, reserved)).toMatchObject({ __typename: 'Reservation' });
      clock.advance(10);
      expect(await cancel(client, reserved)).toMatchObject({ state: 'CANCELLED' });
      expect((await readSession(client, reserved.sessionToken)).order).toMatchObject({ state: 'CANCELLED' });
      expect((await checkOut(client, reserved)).__typename).toBe('ReservationEnded');
    });
  });
});
