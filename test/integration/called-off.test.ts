import { Auditor } from '#platform';
import { CalledOffService } from '#tickets';
import { type TestApplication, startApplication } from '../support/application.js';
import {
  type Account,
  type Operator,
  account,
  eventually,
  operator,
  placeOrder,
  soldTicket,
  trip,
} from '../support/fixtures.js';
import { type Sale, reserve } from '../support/sale.js';

const CANCEL = `mutation ($id: ID!, $reason: String!) { cancelBookable(id: $id, reason: $reason) { id } }`;
const PROGRESS = `query ($id: ID!) { bookable(id: $id) { cancellation { tickets cancelled refundMinor refundedMinor } } }`;

interface Progress {
  bookable: { cancellation: { tickets: number; cancelled: number; refundMinor: string; refundedMinor: string } | null };
}

describe('a trip that is called off', () => {
  let application: TestApplication;
  let staff: Operator;
  let passengers: Account[];
  let sale: Sale;
  beforeAll(async () => {
    application = await startApplication();
    staff = await operator(application);
    passengers = await Promise.all([account(application), account(application)]);
    // So near that a passenger who cancels would get nothing.
    sale = await trip(application, staff.organization.id, { startsInHours: 1 });
  });
  afterAll(async () => {
    await application.close();
  });

  const progress = async (as: Account): Promise<Progress['bookable']['cancellation']> =>
    (await as.client.ask<Progress>(PROGRESS, { id: sale.bookable.id })).bookable.cancellation;

  it('pays everything back, ends what is held, and says how far it is', async () => {
    const [first, second] = [
      await soldTicket(application, passengers[0]!, sale, '1A'),
      await soldTicket(application, passengers[1]!, sale, '1B'),
    ];
    const held = await reserve(passengers[0]!.client, sale, ['2A']);
    const placed = await placeOrder(passengers[1]!, await reserve(passengers[1]!.client, sale, ['2B']));
    expect(await progress(staff.organiser)).toBeNull();

    await staff.organiser.client.ask(CANCEL, { id: sale.bookable.id, reason: 'The coach has broken down.' });
    const done = await eventually(
      () => progress(staff.organiser),
      (now) => now?.refundedMinor === '2000',
    );
    expect(done).toEqual({ tickets: 2, cancelled: 2, refundMinor: '2000', refundedMinor: '2000' });
    expect(await progress(passengers[0]!)).toBeNull();

    const states = await application.database.query(
      `SELECT id, state FROM reservations WHERE bookable_id = $1 AND state NOT IN ('CANCELLED')`,
      [sale.bookable.id],
    );
    expect(states).toEqual([]);
    expect(held.__typename).toBe('ReservationOpened');
    const [order] = await application.database.query(`SELECT state FROM orders WHERE id = $1`, [placed.id]);
    expect(order).toEqual({ state: 'CANCELLED' });
    for (const { ticket } of [first, second])
      await eventually(
        async () =>
          (
            await application.database.query<{ state: string }>(`SELECT state FROM tickets WHERE id = $1`, [ticket.id])
          )[0]!.state,
        (state) => state === 'REFUNDED',
      );
    expect(await application.get(Auditor).run()).toEqual([]);
    // Again: nothing is left to do.
    expect(await application.get(CalledOffService).payBack(sale.bookable.id)).toBe(0);
    expect((await reserve(passengers[0]!.client, sale, ['3A'])).__typename).toBe('NotOnSale');
  });

  it('pays back what was paid in the very moment', async () => {
    const next = await trip(application, staff.organization.id);
    const { ticket } = await soldTicket(application, passengers[0]!, next);
    // As if the payment had been honoured after the job had looked.
    await application.database.query(`UPDATE bookables SET state = 'CANCELLED' WHERE id = $1`, [next.bookable.id]);
    expect(await application.get(CalledOffService).payBack()).toBe(1);
    const [row] = await application.database.query(`SELECT state FROM tickets WHERE id = $1`, [ticket.id]);
    expect(['CANCELLED', 'REFUNDED']).toContain((row as { state: string }).state);
  });
});
