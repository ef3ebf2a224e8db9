import { newId } from '#kernel';
import { Auditor } from '#platform';
import { SeatMapsService } from '#catalogue';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Hall, concertIn, generousOrganization, hallOf, hold, seatsInAColumn } from '../support/booking.js';
import { MovedClock } from '../support/clock.js';
import { account, placeOrder } from '../support/fixtures.js';
import { countersOf, promoOf } from '../support/promos.js';
import { type Late, type OfferedOrder, answer, orderOf, taken, tooLate } from '../support/seat-offers.js';
import { type Sale, checkOut, reserve, seatStates, tripOf } from '../support/sale.js';
import { Till } from '../support/till.js';

/** Which seats are as good as those that have gone, and when there are none. */
describe('seats instead of those that have gone', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let till: Till;
  let organizationId: string;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
    till = new Till(application);
    ({ id: organizationId } = await generousOrganization(application));
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
  });
  afterAll(async () => {
    await application.close();
  });

  const read = async (one: Late): Promise<OfferedOrder> => await orderOf(application.client, one);
  /** What is offered after a late payment: to which seat each that has gone moves; `undefined` when nothing is. */
  async function paid(one: Late): Promise<Record<string, string> | undefined> {
    await till.pay(one.order.id);
    const { state, seatOffer } = await read(one);
    if (!seatOffer) {
      expect(state).toBe('REFUNDED');
      expect((await till.refunds(one.order.id)).map(({ reason }) => reason)).toEqual(['TOO_LATE']);
    }
    return seatOffer ? Object.fromEntries(seatOffer.moves.map(({ from, to }) => [from.label, to.label])) : undefined;
  }
  const late = async (sale: Sale, labels: string[], lost: string[], legs = {}): Promise<Late> =>
    await tooLate(application, clock, sale, labels, lost, legs);
  const trip = async (options = {}): Promise<Sale> =>
    await tripOf(application, organizationId, { startsInHours: 1000, ...options });

  /** Two seats in front and three behind. */
  async function parlour(): Promise<Sale> {
    const maps = application.get(SeatMapsService);
    const { id: seatMapId } = await maps.create(organizationId, newId(), {
      seats: seatsInAColumn(5).map((seat) => ({ ...seat, category: seat.rowNumber <= 2 ? 'front' : 'standard' })),
      areas: [],
    });
    const bookable = await concertIn(application, organizationId, seatMapId, [
      { name: 'Standard', priceMinor: 1000, maxPerOrder: 50 },
    ]);
    const seats = await maps.seats(seatMapId);
    return { organizationId, bookable, seats, seat: (label) => seats.find((seat) => seat.label === label)! };
  }
  const EVENT = { from: 0, to: 1 };

  it('are of the same category, however many others are free', async () => {
    const sale = await parlour();
    expect(await paid(await late(sale, ['3A'], ['3A'], EVENT))).toEqual({ '3A': '4A' });
    expect(await paid(await late(sale, ['1A'], ['1A'], EVENT))).toEqual({ '1A': '2A' });
    // Each category for itself, in one answer.
    const both = await parlour();
    expect(await paid(await late(both, ['1A', '3A'], ['1A', '3A'], EVENT))).toEqual({ '1A': '2A', '3A': '4A' });
    // In front nothing is left, and behind it everything.
    const full = await parlour();
    expect(await paid(await late(full, ['1A'], ['1A', '2A'], EVENT))).toBeUndefined();
  });

  it('are accessible for whoever had an accessible one', async () => {
    const sale = await trip();
    const moved = await paid(await late(sale, ['1A', '8A', '8B'], ['1A', '8A', '8B']));
    // Who travels with somebody who needs one sits beside them.
    expect(Object.values(moved!).toSorted()).toEqual(['1B', '1C', '1D']);
    // Nobody else gets one while anything else fits.
    const alone = await paid(await late(sale, ['9A', '9B'], ['9A', '9B']));
    const [left, right] = ['9A', '9B'].map((label) => sale.seat(alone![label]!));
    expect([left!.accessible, right!.accessible, left!.rowNumber === right!.rowNumber]).toEqual([false, false, true]);
  });

  it('are none for somebody who needs an accessible seat when only others are free', async () => {
    const sale = await trip();
    await taken(application, sale, ['1B', '1C', '1D']);
    expect(await paid(await late(sale, ['1A', '5A'], ['1A']))).toBeUndefined();
    expect(await seatStates(application.client, sale)).toMatchObject({ '5A': 'FREE', '5B': 'FREE' });
  });

  it('are free on every leg of the journey', async () => {
    const sale = await trip({ maxPerOrder: 50 });
    const free = ['5A', '7C', '8C'];
    const others = sale.seats.map(({ label }) => label).filter((label) => !free.includes(label));
    await taken(application, sale, others);
    await taken(application, sale, ['7C'], { from: 2, to: 3 });
    expect(await paid(await late(sale, ['5A'], ['5A']))).toEqual({ '5A': '8C' });
    // The first two legs of the other one are for somebody who wants no more.
    const short = { from: 0, to: 2 };
    expect(await paid(await late(sale, ['7C'], ['7C'], short))).toBeUndefined();
  });

  it('are all there, or none', async () => {
    const hall = await hallOf(application, organizationId, { seats: 4 });
    const two = await late(hall, ['1A', '2A'], ['1A', '2A', '3A'], EVENT);
    expect(await paid(two)).toBeUndefined();
    expect(await seatStates(application.client, hall, 0, 1)).toMatchObject({ '4A': 'FREE' });
    // What is kept is not given for what has gone.
    const other = await hallOf(application, organizationId, { seats: 4 });
    expect(await paid(await late(other, ['1A', '2A'], ['1A', '3A', '4A'], EVENT))).toBeUndefined();
    expect(await seatStates(application.client, other, 0, 1)).toMatchObject({ '2A': 'FREE' });
  });

  it('are free from the moment that the time of another is up, also before it is recorded', async () => {
    const hall = await hallOf(application, organizationId, { seats: 3 });
    const one = await late(hall, ['1A'], ['1A', '2A'], EVENT);
    await reserve(application.client, hall, ['3A'], EVENT);
    clock.advance(20);
    expect(await paid(one)).toEqual({ '1A': '3A' });
  });

  it('are none when the tier is sold out', async () => {
    const sale = await trip({ quantity: 2 });
    expect(await paid(await late(sale, ['5A'], ['5A', '5B']))).toBeUndefined();
    expect(await paid(await late(await trip({ quantity: 2 }), ['5A'], ['5A']))).toBeDefined();
  });

  describe('in a hall with standing room', () => {
    let hall: Hall;
    const late = async (count: number): Promise<Late> => {
      const areas = [{ areaId: hall.standing.id, count }];
      const mine = await hold(application.client, hall, { seats: [{ seatId: hall.seat('1A').id }], areas });
      const order = await checkOut(application.client, mine);
      clock.advance(20);
      await taken(application, hall, ['1A'], EVENT);
      return { mine, order };
    };
    beforeEach(async () => {
      hall = await hallOf(application, organizationId, { seats: 4, capacity: 3 });
    });

    it('are seats, and places in the area are kept', async () => {
      const one = await late(2);
      expect(await paid(one)).toEqual({ '1A': '2A' });
      const accepted = await answer(application.client, 'acceptSeats', one);
      expect(accepted.tickets.map(({ seatLabel, state }) => `${seatLabel} ${state}`).toSorted()).toEqual([
        '2A PAID',
        'Standing PAID',
        'Standing PAID',
      ]);
    });

    it('are none when the area is full', async () => {
      const one = await late(2);
      await hold(application.client, hall, { areas: [{ areaId: hall.standing.id, count: 2 }] });
      expect(await paid(one)).toBeUndefined();
    });
  });

  describe('of an order with a promo code', () => {
    async function discounted(): Promise<{ one: Late; counters: () => Promise<number[]>; code: string }> {
      const sale = await trip();
      const code = `C${newId().slice(-8)}`.toUpperCase();
      const promo = await promoOf(application, organizationId, { code, mostUses: 1 });
      const mine = await reserve(application.client, sale, ['5A']);
      const { checkOut: order } = await application.client.ask<{ checkOut: Late['order'] }>(
        `mutation ($input: CheckOutInput!) { checkOut(input: $input) { ... on Order { id state totalMinor } } }`,
        {
          input: {
            reservationId: mine.reservation!.id,
            sessionToken: mine.sessionToken,
            promoCode: code,
            contact: { name: 'Somebody', email: 'somebody@holdfast.test' },
          },
        },
      );
      clock.advance(20);
      await taken(application, sale, ['5A']);
      return { one: { mine, order }, counters: () => countersOf(application, promo), code };
    }

    it('are offered with it, and it is kept or given back with the answer', async () => {
      for (const [what, used] of [
        ['acceptSeats', 1],
        ['declineSeats', 0],
      ] as const) {
        const { one, counters } = await discounted();
        expect((await counters())[0]).toBe(0);
        expect(await paid(one)).toBeDefined();
        expect((await counters())[0]).toBe(1);
        expect((await answer(application.client, what, one)).totalMinor).toBe(900);
        expect((await counters())[0]).toBe(used);
      }
    });

    it('are none when the code is somebody else’s by now: the price would be another', async () => {
      const { one, counters, code } = await discounted();
      const other = await reserve(application.client, await trip(), ['5A']);
      await application.client.ask(`mutation ($input: CheckOutInput!) { checkOut(input: $input) { __typename } }`, {
        input: {
          reservationId: other.reservation!.id,
          sessionToken: other.sessionToken,
          promoCode: code,
          contact: { name: 'Another', email: 'another@holdfast.test' },
        },
      });
      expect((await counters())[0]).toBe(1);
      expect(await paid(one)).toBeUndefined();
      expect((await counters())[0]).toBe(1);
    });
  });

  it('are none for an exchange: the old tickets are valid', async () => {
    const passenger = await account(application);
    const [sale, dearer] = [await trip(), await trip({ priceMinor: 1500 })];
    const first = await placeOrder(passenger, await reserve(passenger.client, sale, ['5A']));
    await till.pay(first.id);
    const mine = await reserve(passenger.client, dearer, ['5A']);
    const { exchangeTickets: order } = await passenger.client.ask<{ exchangeTickets: Late['order'] }>(
      `mutation ($input: ExchangeTicketsInput!) { exchangeTickets(input: $input) { ... on Order { id state } } }`,
      { input: { ticketIds: first.tickets.map(({ id }) => id), reservationId: mine.reservation!.id } },
    );
    clock.advance(20);
    await taken(application, dearer, ['5A']);
    expect(await paid({ mine, order })).toBeUndefined();
    const { order: before } = await passenger.client.ask<{ order: OfferedOrder }>(
      `query ($id: ID!) { order(id: $id) { state tickets { seatLabel state } } }`,
      { id: first.id },
    );
    expect(before).toEqual({ state: 'PAID', tickets: [{ seatLabel: '5A', state: 'PAID' }] });
  });
});
