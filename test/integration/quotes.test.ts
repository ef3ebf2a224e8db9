import { newId } from '#kernel';
import { Auditor } from '#platform';
import { MovedClock } from '../support/clock.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Account, type Operator, account, eventually, operator, trip } from '../support/fixtures.js';
import { promoOf } from '../support/promos.js';
import { type Reserved, type Sale, reserve } from '../support/sale.js';

const QUOTE = `mutation ($input: QuoteInput!) { quote(input: $input) { __typename
  ... on Quote { id totalMinor currency taxIncluded promoCode feeRefundable
    lines { description priceMinor discountMinor feeMinor taxMinor totalMinor }
    taxes { name percent netMinor taxMinor } discounts { name code amountMinor } refundSteps { until percent } }
  ... on Refusal { message } } }`;
const CHECK_OUT = `mutation ($input: CheckOutInput!) { checkOut(input: $input) { __typename
  ... on Order { id state totalMinor dueMinor payment { payUrl } tickets { id state } } ... on TotalChanged { totalMinor } ... on Refusal { message } } }`;
const OFFER = `query ($ids: [ID!]!) { refundOffer(ticketIds: $ids) { __typename
  ... on RefundOffer { amountMinor until tickets { paidMinor amountMinor keptMinor share } } } }`;
const CANCEL = `mutation ($input: CancelTicketsInput!) { cancelTickets(input: $input) { __typename
  ... on CancelledTickets { tickets { id state } } ... on RefundChanged { refundMinor } } }`;

interface Quoted {
  __typename: string;
  id: string;
  totalMinor: number;
}
interface Ordered {
  __typename: string;
  id: string;
  state: string;
  totalMinor: number;
  payment: { payUrl: string } | null;
  tickets: { id: string; state: string }[];
}

describe('quotes', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let staff: Operator;
  let passenger: Account;
  let sale: Sale;
  beforeAll(async () => {
    application = await startApplication({}, clock);
    [staff, passenger] = await Promise.all([operator(application), account(application)]);
    await settings({ country: 'GB', feeMinor: 50, feeBps: 100 });
    await staff.organiser.client.ask(
      `mutation ($id: ID!) { createTaxRate(organizationId: $id, input: { country: "GB", name: "VAT", rateBps: 2000, isDefault: true }) { id } }`,
      { id: staff.organization.id },
    );
  });
  beforeEach(async () => {
    sale = await trip(application, staff.organization.id);
  });
  afterAll(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
    await application.close();
  });

  async function settings(input: object): Promise<void> {
    await staff.organiser.client.ask(
      `mutation ($id: ID!, $input: OrganizationInput!) { updateOrganization(id: $id, input: $input) { id } }`,
      { id: staff.organization.id, input },
    );
  }
  const hold = async (...labels: string[]): Promise<Reserved> => await reserve(passenger.client, sale, labels);
  const quote = async ({ reservation }: Reserved, more: object = {}): Promise<Quoted> =>
    (await passenger.client.ask<{ quote: Quoted }>(QUOTE, { input: { reservationId: reservation!.id, ...more } }))
      .quote;
  const checkOut = async ({ reservation }: Reserved, more: object = {}): Promise<Ordered> =>
    (
      await passenger.client.ask<{ checkOut: Ordered }>(CHECK_OUT, {
        input: { reservationId: reservation!.id, ...more },
      })
    ).checkOut;
  async function paid(order: Ordered): Promise<Ordered> {
    await fetch(order.payment!.payUrl, { method: 'POST', body: new URLSearchParams({ outcome: 'pay' }) });
    await eventually(
      async () =>
        (await application.database.query<{ state: string }>(`SELECT state FROM orders WHERE id = $1`, [order.id]))[0]!
          .state,
      (state) => state === 'PAID',
    );
    return order;
  }

  it('say price, discount, fee, tax and what comes back, and the order is what they said', async () => {
    await promoOf(application, staff.organization.id, { code: 'TENTH', name: 'A tenth', percentBps: 1000 });
    const held = await hold('1A', '1B');
    const quoted = await quote(held, { promoCode: 'tenth' });
    const line = { priceMinor: 1000, discountMinor: 100, feeMinor: 59, totalMinor: 959 };
    expect(quoted).toMatchObject({
      __typename: 'Quote',
      totalMinor: 1918,
      taxIncluded: true,
      feeRefundable: false,
      lines: [
        { ...line, description: 'Seat 1A, Standard', taxMinor: 160 },
        { ...line, description: 'Seat 1B, Standard', taxMinor: 160 },
      ],
      taxes: [{ name: 'VAT', percent: 20, netMinor: 1598, taxMinor: 320 }],
      discounts: [{ name: 'A tenth', code: 'TENTH', amountMinor: 200 }],
      refundSteps: [{ percent: 100 }, { percent: 50 }, { percent: 0, until: null }],
    });
    // What the organiser changes now is for others.
    await settings({ feeMinor: 500, taxInclusive: false });
    const order = await checkOut(held, { quoteId: quoted.id, expectedTotalMinor: 1918 });
    expect(order).toMatchObject({ state: 'PENDING', totalMinor: 1918 });
    await settings({ feeMinor: 50, taxInclusive: true });
  });

  it('put the tax on top where prices are without it', async () => {
    await settings({ taxInclusive: false });
    expect(await quote(await hold('2A'))).toMatchObject({
      totalMinor: 1272,
      lines: [{ priceMinor: 1000, feeMinor: 60, taxMinor: 212, totalMinor: 1272 }],
      taxes: [{ netMinor: 1060, taxMinor: 212 }],
    });
    await settings({ taxInclusive: true });
  });

  it('are not taken for other places, other reservations, or another total', async () => {
    const held = await hold('3A');
    const { id } = await quote(held);
    expect((await checkOut(await hold('3B'), { quoteId: id })).__typename).toBe('QuoteOutdated');
    expect(await checkOut(held, { expectedTotalMinor: 1 })).toEqual(
      expect.objectContaining({ __typename: 'TotalChanged', totalMinor: 1060 }),
    );
    await passenger.client.ask(`mutation ($input: AddPlacesInput!) { addPlaces(input: $input) { __typename } }`, {
      input: { reservationId: held.reservation!.id, seats: [{ seatId: sale.seat('3C').id }] },
    });
    expect((await checkOut(held, { quoteId: id })).__typename).toBe('QuoteOutdated');
  });

  it('keep a code for whom it was claimed, and give it to the next when the hold ends', async () => {
    const code = newId().slice(-12).toUpperCase();
    await promoOf(application, staff.organization.id, { code, percentBps: 10_000, mostUses: 1 });
    const [first, second] = [await hold('4A'), await hold('4B')];
    const free = await checkOut(first, { promoCode: code });
    expect(free).toMatchObject({ state: 'PAID', totalMinor: 0, payment: null });
    expect((await checkOut(second, { promoCode: code })).__typename).toBe('PromoCodeNotValid');
    expect((await quote(second, { promoCode: 'NOBODY KNOWS IT' })).__typename).toBe('PromoCodeUnknown');
  });

  it('are the terms by which tickets are given back: offered first, then agreed to', async () => {
    const { tickets } = await paid(await checkOut(await hold('5A', '5B')));
    const ids = tickets.map(({ id }) => id);
    const offer = async (): Promise<object> =>
      (await passenger.client.ask<{ refundOffer: object }>(OFFER, { ids })).refundOffer;
    const ticket = { paidMinor: 1060, amountMinor: 1000, keptMinor: 60, share: 'ALL_BUT_FEE' };
    expect(await offer()).toMatchObject({ amountMinor: 2000, tickets: [ticket, ticket] });
    const cancel = async (ticketIds: string[], expectedRefundMinor: number): Promise<{ __typename: string }> =>
      (
        await passenger.client.ask<{ cancelTickets: { __typename: string } }>(CANCEL, {
          input: { ticketIds, expectedRefundMinor },
        })
      ).cancelTickets;
    expect(await cancel(ids, 2120)).toEqual({ __typename: 'RefundChanged', refundMinor: 2000 });
    expect(await cancel([ids[0]!], 1000)).toMatchObject({ __typename: 'CancelledTickets' });
    // 72 hours before at first; now it is 12.
    clock.advance(60 * 60);
    const [left] = ids.slice(1);
    expect(await cancel([left!], 1000)).toEqual({ __typename: 'RefundChanged', refundMinor: 500 });
    expect(await cancel([left!], 500)).toMatchObject({ __typename: 'CancelledTickets' });
    const refunds = await application.database.query(
      `SELECT amount_minor FROM refunds WHERE reason_key = ANY($1) ORDER BY amount_minor`,
      [ids.map((id) => `ticket:${id}`)],
    );
    expect(refunds).toEqual([{ amount_minor: 500 }, { amount_minor: 1000 }]);
  });

  describe('for price classes that the organiser decides about', () => {
    const decide = async (
      field: string,
      id: string,
      as = staff.organiser,
    ): Promise<{ __typename: string; state?: string }> =>
      (
        await as.client.ask<Record<string, { __typename: string }>>(
          `mutation ($id: ID!) { ${field}(id: $id${field === 'rejectOrder' ? ', reason: "Not today."' : ''}) { __typename ... on Order { state } } }`,
          { id },
        )
      )[field]!;
    beforeEach(async () => {
      await application.database.query(`UPDATE tiers SET requires_approval = true WHERE bookable_id = $1`, [
        sale.bookable.id,
      ]);
    });

    it('wait for him with the places held, and are paid afterwards', async () => {
      const order = await checkOut(await hold('6A'));
      expect(order).toMatchObject({ state: 'AWAITING_APPROVAL', payment: null });
      clock.advance(60);
      const { ordersAwaitingApproval } = await staff.organiser.client.ask<{ ordersAwaitingApproval: { id: string }[] }>(
        `query ($id: ID!) { ordersAwaitingApproval(organizationId: $id) { id } }`,
        { id: staff.organization.id },
      );
      expect(ordersAwaitingApproval.map(({ id }) => id)).toEqual([order.id]);
      expect(await decide('approveOrder', order.id)).toMatchObject({ state: 'PENDING' });
      expect((await decide('approveOrder', order.id)).__typename).toBe('NotAwaitingApproval');
      clock.advance(60);
      const [{ reservation_id: id } = { reservation_id: '' }] = await application.database.query<{
        reservation_id: string;
      }>(`SELECT reservation_id FROM orders WHERE id = $1`, [order.id]);
      await paid(await checkOut({ reservation: { id } } as Reserved));
    });

    it('end when he says no, or nothing', async () => {
      const [refused, forgotten] = [await checkOut(await hold('7A')), await checkOut(await hold('7B'))];
      expect(await decide('rejectOrder', refused.id)).toMatchObject({ state: 'CANCELLED' });
      expect((await hold('7A')).__typename).toBe('ReservationOpened');
      clock.advance(25 * 60);
      await eventually(
        async () =>
          (
            await application.database.query<{ state: string }>(`SELECT state FROM orders WHERE id = $1`, [
              forgotten.id,
            ])
          )[0]!.state,
        (state) => state === 'EXPIRED',
      );
    });
  });
});
