import { newId } from '#kernel';
import { Auditor } from '#platform';
import type { Booking } from '../model/book.js';
import { Desk } from '../model/desk.js';
import { HOLD_MINUTES, openMarkets } from '../model/market.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { StoppedClock } from '../support/clock.js';

/** One seat, one passenger on its first legs and another on its last. */
describe('a seat that two passengers share', () => {
  const clock = new StoppedClock();
  let application: TestApplication;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
  });
  afterAll(async () => {
    await application.close();
  });

  it('is taken on the legs of one until his end, although the other has paid and had an earlier end', async () => {
    const [market] = await openMarkets(application);
    const desk = new Desk(application);
    const seat = { seatId: market!.seats[0]!, areaId: null, tierId: market!.tiers[0]!.id };
    const reserve = (from: number, to: number): ReturnType<Desk['reserve']> =>
      desk.reserve({ market: market!, from, to, key: newId() }, [seat]);
    const early = { id: (await reserve(0, 2)).reservation!.id } as Booking;
    clock.advance(5);
    await reserve(2, 5);
    const { order } = await desk.checkOut(early);
    await desk.pay({ ...early, orderId: order!.id });
    expect(await application.get(Auditor).run()).toEqual([]);
    // The end of the hold that was paid is over, the other's is not.
    clock.advance(HOLD_MINUTES - 3);
    expect(await reserve(3, 4)).toMatchObject({ name: 'SeatTaken', seatIds: [seat.seatId] });
    clock.advance(5);
    expect((await reserve(3, 4)).name).toBe('done');
  });

  it('is free on the legs of one whose time is up, also for him who asks just after it was refused for the other’s', async () => {
    const [market] = await openMarkets(application);
    const desk = new Desk(application);
    const seat = { seatId: market!.seats[0]!, areaId: null, tierId: market!.tiers[0]!.id };
    const reserve = (from: number, to: number): ReturnType<Desk['reserve']> =>
      desk.reserve({ market: market!, from, to, key: newId() }, [seat]);
    const sold = { id: (await reserve(0, 2)).reservation!.id } as Booking;
    await desk.pay({ ...sold, orderId: (await desk.checkOut(sold)).order!.id });
    await reserve(2, 5);
    clock.advance(HOLD_MINUTES);
    // Refused for the legs that are sold; what the application remembers of it must not refuse the others.
    expect((await reserve(1, 2)).name).toBe('SeatTaken');
    expect((await reserve(3, 4)).name).toBe('done');
  });
});
