import { newId } from '#kernel';
import { SeatMapsService } from '#catalogue';
import { MovedClock } from '../support/clock.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { concertIn } from '../support/booking.js';
import { type Sale, checkOut, reserve, saleOfTrip, seatStates } from '../support/sale.js';

describe('holding seats', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let sale: Sale;
  // No worker: nothing here may depend on a background job.
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
  });
  beforeEach(async () => {
    sale = await saleOfTrip(application);
  });
  afterAll(async () => {
    await application.close();
  });

  const claims = async (): Promise<number> =>
    (
      await application.database.query(
        `SELECT FROM seat_cells CROSS JOIN unnest(holders) AS holder WHERE bookable_id = $1 AND holder IS NOT NULL GROUP BY ordinal`,
        [sale.bookable.id],
      )
    ).length;

  it('gives all the seats or none', async () => {
    expect((await reserve(application.client, sale, ['1A', '1B'])).__typename).toBe('ReservationOpened');
    const refused = await reserve(application.client, sale, ['1B', '1C', '1D']);
    expect(refused).toMatchObject({
      __typename: 'SeatTaken',
      seatIds: [sale.seat('1B').id],
      message: 'Seat 1B is taken. Choose another.',
    });
    expect(await claims()).toBe(2);
    expect(await seatStates(application.client, sale)).toMatchObject({
      '1A': 'HELD',
      '1B': 'HELD',
      '1C': 'FREE',
      '1D': 'FREE',
    });
  });

  it('sells one seat on legs that do not overlap', async () => {
    expect((await reserve(application.client, sale, ['2A'], { from: 0, to: 1 })).__typename).toBe('ReservationOpened');
    expect((await reserve(application.client, sale, ['2A'], { from: 1, to: 3 })).__typename).toBe('ReservationOpened');
    expect((await reserve(application.client, sale, ['2A'], { from: 2, to: 3 })).__typename).toBe('SeatTaken');
    const other = await seatStates(application.client, sale, 0, 1);
    expect(other['2A']).toBe('HELD');
  });

  it('ends the hold by the clock alone: the next passenger takes the seat', async () => {
    const first = await reserve(application.client, sale, ['3A']);
    clock.advance(14.9);
    expect((await reserve(application.client, sale, ['3A'])).__typename).toBe('SeatTaken');
    clock.advance(0.2);
    expect((await seatStates(application.client, sale))['3A']).toBe('FREE');
    expect((await reserve(application.client, sale, ['3A'])).__typename).toBe('ReservationOpened');
    expect((await checkOut(application.client, first)).__typename).toBe('ReservationEnded');
  });

  it('gives the first answer to a repeated request, and refuses another body under the same key', async () => {
    const idempotencyKey = newId();
    const [first, again] = [
      await reserve(application.client, sale, ['4A'], { idempotencyKey }),
      await reserve(application.client, sale, ['4A'], { idempotencyKey }),
    ];
    expect(again).toEqual({ ...first, reservation: { ...first.reservation, secondsLeft: expect.any(Number) } });
    await expect(reserve(application.client, sale, ['4B'], { idempotencyKey })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    expect(await claims()).toBe(1);
  });

  it('forgets the key of a request that was refused', async () => {
    const idempotencyKey = newId();
    const holder = await reserve(application.client, sale, ['5A']);
    expect((await reserve(application.client, sale, ['5A'], { idempotencyKey })).__typename).toBe('SeatTaken');
    await application.client.ask(
      `mutation ($id: ID!, $token: String) { cancelReservation(id: $id, sessionToken: $token) { __typename } }`,
      { id: holder.reservation!.id, token: holder.sessionToken },
    );
    expect((await reserve(application.client, sale, ['5A'], { idempotencyKey })).__typename).toBe('ReservationOpened');
  });

  it('shows a reservation to whoever has its token, and to nobody else', async () => {
    const mine = await reserve(application.client, sale, ['6A']);
    const read = (token?: string): Promise<unknown> =>
      application.client.ask(
        `query ($id: ID!, $token: String) { reservation(id: $id, sessionToken: $token) { state seats { seat { label } } } }`,
        { id: mine.reservation!.id, token },
      );
    expect(await read(mine.sessionToken)).toEqual({
      reservation: { state: 'ACTIVE', seats: [{ seat: { label: '6A' } }] },
    });
    await expect(read()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(read('wrong')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const stranger = await application.client.register(
      'Stranger',
      `${newId()}@holdfast.test`,
      'a long enough password',
    );
    await expect(
      stranger.ask(`query ($id: ID!) { reservation(id: $id) { state } }`, { id: mine.reservation!.id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const stored = JSON.stringify(
      await application.database.query(
        `SELECT * FROM reservations r LEFT JOIN idempotency_keys ON true WHERE r.id = $1`,
        [mine.reservation!.id],
      ),
    );
    expect(stored).not.toContain(mine.sessionToken);
  });

  it('refuses what is not on sale', async () => {
    await application.database.query(`UPDATE bookables SET state = 'CANCELLED' WHERE id = $1`, [sale.bookable.id]);
    expect((await reserve(application.client, sale, ['1A'])).__typename).toBe('NotOnSale');
    const soon = await saleOfTrip(application, { startsInHours: 1 + 1 });
    await application.database.query(
      `UPDATE trip_calls SET departs_at = now() - interval '1 hour', arrives_at = now() - interval '1 hour' WHERE trip_id = $1 AND position = 0`,
      [soon.bookable.id],
    );
    expect(await reserve(application.client, soon, ['1A'])).toMatchObject({
      __typename: 'NotOnSale',
      message: 'Alpha – Delta has left.',
    });
    const few = await saleOfTrip(application, { maxPerOrder: 2 });
    expect((await reserve(application.client, few, ['1A', '1B', '1C'])).__typename).toBe('LimitExceeded');
  });

  it('lets one account hold five reservations of a trip, however fast it asks', async () => {
    const passenger = await application.client.register(
      'Hoarder',
      `${newId()}@holdfast.test`,
      'a long enough password',
    );
    const tries = await Promise.all(sale.seats.slice(0, 12).map(({ label }) => reserve(passenger, sale, [label])));
    expect(tries.filter(({ __typename }) => __typename === 'ReservationOpened')).toHaveLength(5);
    expect(tries.filter(({ __typename }) => __typename === 'LimitExceeded')).toHaveLength(7);
  });

  it('sells the seats of an event by the same code, without naming legs', async () => {
    const { organizationId } = sale;
    const seatMapId = await application.get(SeatMapsService).ensureLayout(organizationId, 'small-hall');
    const tiers = [{ name: 'Adult', priceMinor: 1800, maxPerOrder: 10 }];
    const bookable = await concertIn(application, organizationId, seatMapId, tiers);
    const seats = await application.get(SeatMapsService).seats(seatMapId);
    const concert: Sale = {
      organizationId,
      bookable,
      seats,
      seat: (label) => seats.find((seat) => seat.label === label)!,
    };
    const journey = { from: undefined, to: undefined };
    expect((await reserve(application.client, concert, ['1A', '1B'], journey)).__typename).toBe('ReservationOpened');
    expect((await reserve(application.client, concert, ['1B', '1C'], journey)).__typename).toBe('SeatTaken');
  });

  it('locks the trip against imports from the first reservation on', async () => {
    const locked = async (): Promise<unknown> =>
      (await application.database.query(`SELECT locked_at FROM bookables WHERE id = $1`, [sale.bookable.id]))[0];
    expect(await locked()).toEqual({ locked_at: null });
    await reserve(application.client, sale, ['1A']);
    expect(await locked()).toEqual({ locked_at: expect.any(Date) });
  });
});
