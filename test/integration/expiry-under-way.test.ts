import { setTimeout as delay } from 'node:timers/promises';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Hall, addPlaces, generousOrganization, hallOf, hold } from '../support/booking.js';
import { MovedClock } from '../support/clock.js';
import { ReleasesService } from '../../libs/reservations/src/releases.service.js';

/** The sweep has begun to record that holds have ended, and has not committed: their places are free all the same. */
describe('places whose expiry is being recorded', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let hall: Hall;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
  });
  beforeEach(async () => {
    const { id } = await generousOrganization(application);
    hall = await hallOf(application, id, { capacity: 1, tiers: { Standard: undefined, Early: 1 } });
  });
  afterAll(async () => {
    await application.close();
  });

  /** Asks while the sweep is at work. */
  async function during<T>(ask: () => Promise<T>): Promise<T> {
    clock.advance(15.1);
    const { database } = application;
    let asked: Promise<T> | undefined;
    await database.transaction(async () => {
      // As the sweep begins: it has the reservations, and not yet the inventories.
      await database.query(`SELECT FROM reservations WHERE state = 'ACTIVE' AND expires_at <= $1 FOR UPDATE`, [
        clock.now(),
      ]);
      asked = ask();
      await delay(300);
      expect(await application.get(ReleasesService).expireDue()).toBeGreaterThan(0);
    });
    return await asked!;
  }

  const seat = (): { seats: { seatId: string }[] } => ({ seats: [{ seatId: hall.seat('1A').id }] });
  const area = (): { areas: { areaId: string; count: number }[] } => ({
    areas: [{ areaId: hall.standing.id, count: 1 }],
  });
  const early = (label: string): { seats: { seatId: string; tierId: string }[] } => ({
    seats: [{ seatId: hall.seat(label).id, tierId: hall.tiers.find(({ name }) => name === 'Early')!.id }],
  });

  it.each([
    ['a seat', seat, seat],
    ['a place of an area', area, area],
    ['a place of a tier', () => early('1A'), () => early('2A')],
  ])('%s is had by who asks', async (_, first, second) => {
    expect((await hold(application.client, hall, first())).__typename).toBe('ReservationOpened');
    expect((await during(() => hold(application.client, hall, second()))).__typename).toBe('ReservationOpened');
  });

  it('are added to a reservation', async () => {
    expect((await hold(application.client, hall, seat())).__typename).toBe('ReservationOpened');
    clock.advance(1);
    const mine = await hold(application.client, hall, { seats: [{ seatId: hall.seat('2A').id }] });
    clock.advance(-1);
    expect((await during(() => addPlaces(application.client, mine, seat()))).__typename).toBe('Reservation');
  });
});
