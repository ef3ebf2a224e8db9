import { newId } from '#kernel';
import { Auditor } from '#platform';
import { BookablesService, OrganizationsService } from '#catalogue';
import { ReleasesService } from '#reservations';
import { CalledOffService } from '#tickets';
import { InvoicingService } from '../../libs/invoices/src/invoicing.service.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { addPlaces, cancel, extend } from '../support/booking.js';
import { account } from '../support/fixtures.js';
import { type Late, answer, orderOf, taken, tooLate } from '../support/seat-offers.js';
import { type Sale, checkOut, reserve, seatStates, tripOf } from '../support/sale.js';
import { Till, taxedOrganization } from '../support/till.js';

/** Money that comes late, when a seat is somebody else's: what is offered instead, and what becomes of it. */
describe('equivalent seats for a late payment', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let till: Till;
  let sale: Sale;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
    till = new Till(application);
  });
  beforeEach(async () => {
    sale = await tripOf(application, await taxedOrganization(application), { startsInHours: 1000 });
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
  });
  afterAll(async () => {
    await application.close();
  });

  const late = async (labels = ['5A', '5B'], lost = ['5B']): Promise<Late> =>
    await tooLate(application, clock, sale, labels, lost);
  /** Late, and paid: what is offered for the seat that has gone. */
  async function offered(labels?: string[], lost?: string[]): Promise<Late & { to: string }> {
    const one = await late(labels, lost);
    await till.pay(one.order.id);
    const { seatOffer } = await read(one);
    return { ...one, to: seatOffer!.moves[0]!.to.label };
  }
  const read = async (one: Late): ReturnType<typeof orderOf> => await orderOf(application.client, one);
  const accept = async (one: Late, more = {}): ReturnType<typeof answer> =>
    await answer(application.client, 'acceptSeats', one, more);
  const decline = async (one: Late, more = {}): ReturnType<typeof answer> =>
    await answer(application.client, 'declineSeats', one, more);
  const sweep = async (): Promise<unknown> => await application.get(ReleasesService).expireAll();
  const seats = async (...labels: string[]): Promise<string[]> => {
    const states = await seatStates(application.client, sale);
    return labels.map((label) => states[label]!);
  };
  const back = async ({ order }: Late): Promise<[string, number][]> =>
    (await till.refunds(order.id)).map(({ reason, amountMinor }) => [reason, amountMinor]);
  const ALL_BACK = [['TOO_LATE', 2300]];

  it('are held and offered, at the same price, and what is still free is kept', async () => {
    const one = await late();
    await till.pay(one.order.id);
    const { state, totalMinor, seatOffer, lineItems, tickets } = await read(one);
    expect({ state, totalMinor }).toEqual({ state: 'OFFERED', totalMinor: 2300 });
    // The best for one passenger: at a window, where nobody is left alone.
    expect(seatOffer!.moves.map(({ from, to }) => [from.label, to.label])).toEqual([['5B', '12A']]);
    expect(seatOffer!.secondsLeft).toBeGreaterThan(29 * 60);
    expect(seatOffer!.secondsLeft).toBeLessThanOrEqual(30 * 60);
    expect(await seats('5A', '5B', '12A')).toEqual(['HELD', 'SOLD', 'HELD']);
    // Until they are accepted the order is what was ordered, and nothing is valid.
    expect(lineItems.map(({ description }) => description)).toEqual(['Seat 5A, Standard', 'Seat 5B, Standard']);
    expect(tickets.map((ticket) => [ticket.state, ticket.qr])).toEqual([
      ['EXPIRED', null],
      ['EXPIRED', null],
    ]);
    expect(await till.refunds(one.order.id)).toEqual([]);
    expect(await reserve(application.client, sale, ['12A'])).toMatchObject({ __typename: 'SeatTaken' });
  });

  it('are, once accepted, those of the order, its tickets and its invoice', async () => {
    const one = await offered();
    const accepted = await accept(one);
    expect(accepted).toMatchObject({ __typename: 'Order', state: 'PAID', seatOffer: null });
    expect(accepted.lineItems).toEqual([
      { description: 'Seat 5A, Standard', totalMinor: 1150 },
      { description: `Seat ${one.to}, Standard`, totalMinor: 1150 },
    ]);
    expect(accepted.tickets).toEqual(
      ['5A', one.to].map((seatLabel) => ({ seatLabel, state: 'PAID', qr: expect.any(String) as string })),
    );
    expect(await seats('5A', '5B', one.to)).toEqual(['SOLD', 'SOLD', 'SOLD']);
    const invoice = await application.get(InvoicingService).invoice(one.order.id);
    expect(JSON.stringify(invoice!.lines)).toContain(`Seat ${one.to}`);
    expect(JSON.stringify(invoice!.lines)).not.toContain('5B');
    expect(await till.refunds(one.order.id)).toEqual([]);
  });

  it('are accepted once, whoever asks again', async () => {
    const one = await offered();
    const key = { idempotencyKey: newId() };
    const [first, again, without] = [await accept(one, key), await accept(one, key), await accept(one)];
    expect([again, without]).toEqual([first, first]);
    expect(await decline(one)).toMatchObject({ __typename: 'SeatOfferEnded' });
    await expect(decline(one, key)).rejects.toThrow('key was used for another request');
    expect((await read(one)).state).toBe('PAID');
  });

  it('are free again when they are declined, and everything goes back', async () => {
    const one = await offered();
    expect(await decline(one)).toMatchObject({ __typename: 'Order', state: 'REFUNDED', seatOffer: null });
    expect(await decline(one)).toMatchObject({ __typename: 'Order', state: 'REFUNDED' });
    expect(await accept(one)).toMatchObject({ __typename: 'SeatOfferEnded' });
    expect(await back(one)).toEqual(ALL_BACK);
    expect(await seats('5A', '5B', one.to)).toEqual(['FREE', 'SOLD', 'FREE']);
    const { tickets, lineItems } = await read(one);
    expect(tickets.map(({ seatLabel, state }) => [seatLabel, state])).toEqual([
      ['5A', 'EXPIRED'],
      ['5B', 'EXPIRED'],
    ]);
    expect(lineItems[1]!.description).toBe('Seat 5B, Standard');
  });

  it('are declined by who gives the reservation back', async () => {
    const one = await offered();
    expect(await cancel(application.client, one.mine)).toMatchObject({ __typename: 'Reservation', state: 'CANCELLED' });
    expect((await read(one)).state).toBe('REFUNDED');
    expect(await back(one)).toEqual(ALL_BACK);
  });

  it('end by the clock: nobody can accept them then, also before it is recorded', async () => {
    const one = await offered();
    clock.advance(31);
    for (const ask of [accept, decline])
      expect(await ask(one)).toMatchObject({
        __typename: 'SeatOfferEnded',
        message: 'The time to decide is over. Everything that you paid goes back to you.',
      });
    expect(await read(one)).toMatchObject({ state: 'OFFERED', seatOffer: null });
    expect(await till.refunds(one.order.id)).toEqual([]);
    await sweep();
    expect((await read(one)).state).toBe('REFUNDED');
    expect(await back(one)).toEqual(ALL_BACK);
    expect(await seats('5A', one.to)).toEqual(['FREE', 'FREE']);
  });

  it('are for nobody but the passenger, and cannot be held for longer or added to', async () => {
    const terms = { holdCapMinutes: 1440, seatOfferMinutes: 5 };
    await application.get(OrganizationsService).update(sale.organizationId, terms);
    const one = await offered();
    await expect(accept(one, { sessionToken: 'x' })).rejects.toThrow('There is no reservation');
    await expect(decline(one, { sessionToken: undefined })).rejects.toThrow('There is no reservation');
    expect(await extend(application.client, one.mine)).toMatchObject({ __typename: 'LimitExceeded' });
    const more = { seats: [{ seatId: sale.seat('9A').id }] };
    expect(await addPlaces(application.client, one.mine, more)).toMatchObject({ __typename: 'AlreadyCheckedOut' });
    expect(await checkOut(application.client, one.mine)).toMatchObject({ id: one.order.id, state: 'OFFERED' });
    const other = await late(['6A'], []);
    expect(await accept(other)).toMatchObject({
      __typename: 'SeatOfferEnded',
      message: 'No other seats are offered for this order.',
    });
  });

  it('are accepted by the account that bought them', async () => {
    const passenger = await account(application);
    const one = await offered();
    await passenger.client.ask(`mutation ($tokens: [String!]!) { adoptReservations(sessionTokens: $tokens) { id } }`, {
      tokens: [one.mine.sessionToken],
    });
    const accepted = await answer(passenger.client, 'acceptSeats', one, { sessionToken: undefined });
    expect(accepted.state).toBe('PAID');
  });

  it('wait, with whatever else comes in meanwhile, for the answer', async () => {
    const [kept, given] = [await offered(['5A'], ['5A']), await offered(['6A'], ['6A'])];
    for (const { order } of [kept, given]) await till.pay(order.id, 1150 + 1000);
    expect(await till.refunds(kept.order.id)).toEqual([]);
    await accept(kept);
    expect(await back(kept)).toEqual([['TOO_MUCH', 1000]]);
    await decline(given);
    expect(await back(given)).toEqual([['TOO_LATE', 2150]]);
  });

  it('cannot be had for money that the bank disputes, and end without it', async () => {
    const [won, lost] = [await offered(['5A'], ['5A']), await offered(['6A'], ['6A'])];
    const payments = new Map<Late, string>();
    for (const one of [won, lost]) {
      const [payment] = await application.database.query<{ id: string }>(
        `SELECT id FROM payments WHERE reference = $1`,
        [one.order.id],
      );
      payments.set(one, payment!.id);
      await till.tell(payment!.id, { type: 'disputed' });
      expect(await accept(one)).toMatchObject({ __typename: 'SeatOfferEnded' });
    }
    await till.tell(payments.get(won)!, { type: 'dispute-won' });
    await till.lose(payments.get(lost)!);
    expect((await accept(won)).state).toBe('PAID');
    expect(await accept(lost)).toMatchObject({ __typename: 'SeatOfferEnded' });
    clock.advance(31);
    await sweep();
    expect((await read(lost)).state).toBe('REFUNDED');
    expect(await till.refunds(lost.order.id)).toEqual([]);
  });

  it('whose money is disputed when their time ends go back when the bank gives it back', async () => {
    const one = await offered(['5A'], ['5A']);
    const id = await till.pay(one.order.id);
    await till.tell(id, { type: 'disputed' });
    clock.advance(31);
    await sweep();
    expect(await till.refunds(one.order.id)).toEqual([]);
    await till.tell(id, { type: 'dispute-won' });
    expect(await back(one)).toEqual([['NOT_WANTED', 1150]]);
  });

  it('end when the trip is called off, and are not had in the meantime', async () => {
    const third = await late(['7A'], ['7A']);
    const [first, second] = [await offered(['5A'], ['5A']), await offered(['6A'], ['6A'])];
    await application.get(BookablesService).cancel(sale.bookable.id, 'Snow.');
    await till.pay(third.order.id);
    expect((await read(third)).state).toBe('REFUNDED');
    expect(await accept(first)).toMatchObject({ __typename: 'Order', state: 'REFUNDED' });
    await application.get(CalledOffService).payBack(sale.bookable.id);
    expect((await read(second)).state).toBe('REFUNDED');
    for (const one of [first, second, third]) expect(await back(one)).toEqual([['TOO_LATE', 1150]]);
  });

  it('are not offered when the organization does not want it', async () => {
    await application.get(OrganizationsService).update(sale.organizationId, { seatOfferMinutes: 0 });
    const one = await late();
    await till.pay(one.order.id);
    expect(await read(one)).toMatchObject({ state: 'REFUNDED', seatOffer: null });
    expect(await back(one)).toEqual(ALL_BACK);
  });

  it('are offered until the departure at most, and not after it', async () => {
    const passed = (clock.now().getTime() - Date.now()) / 3_600_000;
    sale = await tripOf(application, sale.organizationId, { startsInHours: passed + 0.5 });
    const mine = await reserve(application.client, sale, ['6A']);
    const missed = { mine, order: await checkOut(application.client, mine) };
    const early = await late(['5A'], ['5A', '6A']);
    await till.pay(early.order.id);
    expect(new Date((await read(early)).seatOffer!.until)).toEqual(sale.bookable.startsAt);
    clock.advance(11);
    await till.pay(missed.order.id);
    expect((await read(missed)).state).toBe('REFUNDED');
    expect(await back(missed)).toEqual([['TOO_LATE', 1150]]);
    await sweep();
    expect((await read(early)).state).toBe('REFUNDED');
  });

  it('are not offered for less than they cost', async () => {
    const one = await late();
    await till.pay(one.order.id, 2299);
    expect((await read(one)).state).toBe('EXPIRED');
    expect(await back(one)).toEqual([['TOO_LITTLE', 2299]]);
    await taken(application, sale, ['7A']);
  });
});
