import { newId } from '#kernel';
import { Auditor } from '#platform';
import { Client } from '../../apps/cli/src/journey/client.js';
import { type TestApplication, startApplication, startBeside } from '../support/application.js';
import { type Hall, type Held, addPlaces, generousOrganization, hallOf, hold } from '../support/booking.js';
import { RIVALS, rush, tally, weaken } from '../support/rivals.js';

/** One passenger asks fifty times at once, through two applications. */
describe('fifty requests against a limit', () => {
  let application: TestApplication;
  let beside: TestApplication;
  let passenger: Client;
  let hall: Hall;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
    beside = await startBeside(application);
    passenger = await application.client.register('Hoarder', `${newId()}@holdfast.test`, 'a long enough password');
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
  });
  afterAll(async () => {
    await beside.close();
    await application.close();
  });

  const hallWith = async (limits: Parameters<typeof generousOrganization>[1]): Promise<void> => {
    hall = await hallOf(application, (await generousOrganization(application, limits)).id, { seats: 120 });
  };
  const door = (rival: number, accessToken?: string): Client =>
    new Client((rival % 2 ? beside : application).url, accessToken);
  const asPassenger = (rival: number): Client => door(rival, passenger.accessToken);
  /** Seats that no other rival wants. */
  const seats = (rival: number, count = 1): { seats: { seatId: string }[] } => ({
    seats: Array.from({ length: count }, (_, index) => ({ seatId: hall.seats[rival * count + index]!.id })),
  });
  const placesHeld = async (): Promise<number> =>
    (
      await application.database.query<{ count: number }>(
        `SELECT coalesce(sum(cardinality(seat_ids)), 0)::int AS count FROM reservations WHERE bookable_id = $1`,
        [hall.bookable.id],
      )
    )[0]!.count;

  it('of open reservations of an account: so many and no more', async () => {
    await hallWith({ mostOpenReservations: 5 });
    const outcomes = await rush((rival) => hold(asPassenger(rival), hall, seats(rival)));
    expect(tally(outcomes)).toEqual({ ReservationOpened: 5, LimitExceeded: RIVALS - 5 });
  });

  it('of open reservations from one address, without an account', async () => {
    await hallWith({ mostOpenPerAddress: 7 });
    const outcomes = await rush((rival) => hold(door(rival), hall, seats(rival)));
    expect(tally(outcomes)).toEqual({ ReservationOpened: 7, LimitExceeded: RIVALS - 7 });
    // Somebody with an account is no part of that crowd.
    expect((await hold(asPassenger(0), hall, seats(RIVALS))).__typename).toBe('ReservationOpened');
  });

  it('of places of an account', async () => {
    await hallWith({ mostPlaces: 9 });
    const outcomes = await rush((rival) => hold(asPassenger(rival), hall, seats(rival, 2)));
    expect(tally(outcomes)).toEqual({ ReservationOpened: 4, LimitExceeded: RIVALS - 4 });
    expect(await placesHeld()).toBe(8);
  });

  it('of places of an account, held and added at the same time', async () => {
    await hallWith({ mostPlaces: 13 });
    const first = await hold(asPassenger(0), hall, seats(0));
    const outcomes = await rush((rival) =>
      rival % 2
        ? addPlaces(asPassenger(rival), first, seats(rival + 1, 2))
        : (hold(asPassenger(rival), hall, seats(rival + 1, 2)) as unknown as Promise<Held>),
    );
    const { ReservationOpened: held = 0, Reservation: added = 0, ...refused } = tally(outcomes);
    expect([held + added, refused]).toEqual([6, { LimitExceeded: RIVALS - 6 }]);
    expect(await placesHeld()).toBe(13);
  });

  it('of places of a reservation without an account', async () => {
    await hallWith({ mostPlaces: 4 });
    const first = await hold(door(0), hall, seats(0));
    const outcomes = await rush((rival) => addPlaces(door(rival), first, seats(rival + 1)));
    expect(tally(outcomes)).toEqual({ Reservation: 3, LimitExceeded: RIVALS - 3 });
    expect(await placesHeld()).toBe(4);
  });

  describe('whose guard is gone', () => {
    it('holds by the number of the change without the lock, and is exceeded without both', async () => {
      const { database } = application;
      // Two applications read before either writes.
      const restore = [
        await weaken(database, 'read_for_holds', 'FOR NO KEY UPDATE SKIP LOCKED', ''),
        await weaken(
          database,
          'read_for_holds',
          'IF cardinality(addresses) > 0',
          'PERFORM pg_sleep(0.3); IF cardinality(addresses) > 0',
        ),
      ];
      const winners = async (): Promise<number | undefined> => {
        await hallWith({ mostOpenReservations: 1 });
        return tally(await rush((rival) => hold(asPassenger(rival), hall, seats(rival))))['ReservationOpened'];
      };
      expect(await winners()).toBe(1);
      restore.push(await weaken(database, 'write_holds', 'AND i.sequence = n.sequence - 1', ''));
      expect(await winners()).toBe(2);
      for (const undo of restore.toReversed()) await undo();
    });

    it.each([
      ['of an account', 'r.user_id = u.account', { mostOpenReservations: 5 }, true],
      ['of an address', 'r.address = u.address', { mostOpenPerAddress: 5 }, false],
    ])('%s is exceeded when nothing is counted', async (_, guard, limits, loggedIn) => {
      const restore = await weaken(application.database, 'read_for_holds', guard, 'false');
      await hallWith(limits);
      for (let place = 0; place < 6; place += 1) await hold(loggedIn ? asPassenger(0) : door(0), hall, seats(place));
      await restore();
      expect(await placesHeld()).toBe(6);
    });
  });
});
