import { Auditor } from '#platform';
import { PromoKind } from '#promos';
import { TicketLedger, TicketState, TicketsService } from '#tickets';
import { InvoicingService } from '../../libs/invoices/src/invoicing.service.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { Books } from '../support/books.js';
import { MovedClock } from '../support/clock.js';
import { account } from '../support/fixtures.js';
import { promoOf } from '../support/promos.js';
import { type Bought, type Reserved, type Sale, checkOut, reserve, tripOf } from '../support/sale.js';
import { Till, taxedOrganization } from '../support/till.js';

describe('what ends is taken back', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let till: Till;
  let books: Books;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
    till = new Till(application);
    books = new Books(application);
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
  });
  afterAll(async () => {
    await application.close();
  });

  async function placed(sale: Sale, ...labels: string[]): Promise<Bought & { mine: Reserved }> {
    const mine = await reserve(application.client, sale, labels);
    return { ...(await checkOut(application.client, mine)), mine };
  }
  type Promo = Parameters<typeof promoOf>[2];
  async function saleOf(terms: Parameters<typeof taxedOrganization>[1], promo: Promo = {}): Promise<Sale> {
    const organizationId = await taxedOrganization(application, terms);
    await promoOf(application, organizationId, { code: undefined, ...promo });
    return await tripOf(application, organizationId);
  }
  const threeForTwo: Promo = { kind: PromoKind.N_FOR_M, takePlaces: 3, payPlaces: 2 };

  describe('of discounts', () => {
    it.each([
      // 30.00 less 10 % and 3 fees of 1.50: 31.50 with 5.25 of tax; without it, the discount is 3 times 0.83.
      ['tax in the prices', true, { DEPOSITS: 3150, SALES: -2499, DISCOUNTS: 249, FEES: -375, TAX: -525 }],
      ['tax on top', false, { DEPOSITS: 3780, SALES: -3000, DISCOUNTS: 300, FEES: -450, TAX: -630 }],
    ])(
      'with %s: sold at its price, and nothing is left when all of it is given back',
      async (_, taxInclusive, sold) => {
        const sale = await saleOf({ taxInclusive, feeRefundable: true });
        const order = await placed(sale, '1A', '1B', '1C');
        await till.pay(order.id);
        expect((await books.entriesOf(order.id))[1]).toEqual(['SALE', sold]);
        await till.giveBack(order.id, 1);
        // As much of the discount as of the price.
        const third = Math.round(sold.DISCOUNTS / 3);
        expect((await books.balancesOf(order.id))['DISCOUNTS']).toBe(sold.DISCOUNTS - third);
        await till.giveBack(order.id, 0, 2);
        expect(await books.balancesOf(order.id)).toEqual({
          PROVIDER: order.totalMinor,
          REFUNDS_DUE: -order.totalMinor,
        });
      },
    );

    it('that took a whole price off: the ticket is sold, and taken back without money when it ends', async () => {
      const sale = await saleOf({ feeRefundable: true }, threeForTwo);
      const order = await placed(sale, '1A', '1B', '1C');
      await till.pay(order.id);
      const sold = (await books.entriesOf(order.id))[1];
      expect(sold).toEqual(['SALE', { DEPOSITS: 2300, SALES: -2500, DISCOUNTS: 833, FEES: -250, TAX: -383 }]);
      const tickets = await application.get(TicketsService).ofOrder(order.id);
      const free = tickets.findIndex(({ priceMinor }) => priceMinor === 0);
      await till.giveBack(order.id, free);
      expect((await books.entriesOf(order.id)).at(-1)).toEqual(['REVERSAL', { SALES: 833, DISCOUNTS: -833 }]);
      await till.giveBack(order.id, ...[0, 1, 2].filter((place) => place !== free));
      expect(await books.balancesOf(order.id)).toEqual({ PROVIDER: 2300, REFUNDS_DUE: -2300 });
    });

    it('that took the price of a whole order off', async () => {
      const sale = await saleOf({ taxInclusive: false }, { kind: PromoKind.PERCENT, percentBps: 10_000 });
      const order = await placed(sale, '1A', '1B');
      expect(order).toMatchObject({ state: 'PAID', totalMinor: 0 });
      expect(await books.entriesOf(order.id)).toEqual([['SALE', { SALES: -2000, DISCOUNTS: 2000 }]]);
      await till.giveBack(order.id, 0, 1);
      expect(await books.balancesOf(order.id)).toEqual({});
      expect(await application.get(InvoicingService).invoice(order.id)).toBeUndefined();
    });

    it('when tickets are exchanged, also those that had cost nothing', async () => {
      const sale = await saleOf({ feeMinor: 0 }, threeForTwo);
      const other = await tripOf(application, sale.organizationId);
      const { client } = await account(application);
      const before = await checkOut(client, await reserve(client, sale, ['1A', '1B', '1C']));
      await till.pay(before.id);
      const held = await reserve(client, other, ['1A', '1B', '1C']);
      const { exchangeTickets } = await client.ask<{ exchangeTickets: { id: string; state: string } }>(
        `mutation ($input: ExchangeTicketsInput!) { exchangeTickets(input: $input) { ... on Order { id state } } }`,
        { input: { ticketIds: before.tickets.map(({ id }) => id), reservationId: held.reservation!.id } },
      );
      expect(exchangeTickets.state).toBe('PAID');
      const sold = { SALES: -2500, DISCOUNTS: 833, TAX: -333 };
      expect(await books.balancesOf(before.id, exchangeTickets.id)).toEqual({ PROVIDER: 2000, ...sold });
      expect((await books.entriesOf(exchangeTickets.id)).at(-1)).toEqual(['SALE', { DEPOSITS: 2000, ...sold }]);
    });
  });

  describe('of what a bank took back', () => {
    const lost = async (paymentId: string): Promise<void> => await till.lose(paymentId);
    const use = async ({ tickets }: Bought, place: number): Promise<string[]> =>
      await application.database.transaction(() =>
        application.get(TicketLedger).move({ ticketId: tickets[place]!.id }, TicketState.USED, 'test'),
      );
    const notesOf = async (paymentId: string): Promise<{ orderId: string; number: number; totalMinor: number }[]> =>
      await application.get(InvoicingService).lossNotes(paymentId);

    it('unused tickets are credited with all that was paid for them, used ones are a loss', async () => {
      const order = await placed(await saleOf({}), '1A', '1B', '1C');
      const paymentId = await till.pay(order.id);
      await use(order, 1);
      await lost(paymentId);
      const [sold, back, reversal] = (await books.entriesOf(order.id)).slice(1);
      expect(sold).toMatchObject(['SALE', { DEPOSITS: 3150 }]);
      expect(back).toEqual(['CHARGEBACK', { CHARGEBACKS: 3150, PROVIDER: -3150 }]);
      expect(reversal).toEqual(['REVERSAL', { CHARGEBACKS: -2100, SALES: 1666, DISCOUNTS: -166, FEES: 250, TAX: 350 }]);
      // What was sold and used, and what it was sold for is lost.
      const left = { SALES: -833, DISCOUNTS: 83, FEES: -125, TAX: -175 };
      expect(await books.balancesOf(order.id)).toEqual({ CHARGEBACKS: 1050, ...left });
      const [note] = await notesOf(paymentId);
      expect(note).toMatchObject({
        kind: 'CREDIT_NOTE',
        number: 1,
        orderId: order.id,
        totalMinor: 2100,
        lines: [{ description: 'Seat 1A, Standard' }, { description: 'Seat 1C, Standard' }, { totalMinor: 300 }],
        subject: { isChargedBack: true },
      });
      expect(await notesOf(paymentId)).toEqual([note]);
    });

    it('nothing is credited when all of them were used', async () => {
      const order = await placed(await saleOf({}), '1A');
      const paymentId = await till.pay(order.id);
      await use(order, 0);
      await lost(paymentId);
      expect((await books.entriesOf(order.id)).map(([kind]) => kind)).toEqual(['CAPTURE', 'SALE', 'CHARGEBACK']);
      expect(await notesOf(paymentId)).toEqual([]);
    });

    it('what was given back before is not taken back again', async () => {
      const order = await placed(await saleOf({ feeRefundable: true }), '1A', '1B');
      const paymentId = await till.pay(order.id);
      await till.giveBack(order.id, 0);
      const [refund] = await till.refunds(order.id);
      await till.settle(refund!);
      await lost(paymentId);
      expect(await books.balancesOf(order.id)).toEqual({});
      const invoicing = application.get(InvoicingService);
      const credited = [await invoicing.creditNote(refund!.id), ...(await notesOf(paymentId))];
      expect(credited).toMatchObject([
        { number: 1, totalMinor: 1050 },
        { number: 2, totalMinor: 1050, lines: [{ description: 'Seat 1B, Standard' }, {}] },
      ]);
    });

    it('of two payments one after the other: never more than was lost', async () => {
      const order = await placed(await saleOf({}), '1A', '1B');
      const first = await till.pay(order.id, 400);
      await checkOut(application.client, order.mine);
      const second = await till.pay(order.id);
      await lost(first);
      expect(await books.balancesOf(order.id)).toMatchObject({ PROVIDER: 1700, DISCOUNTS: 129 });
      expect((await books.balancesOf(order.id))['CHARGEBACKS']).toBeUndefined();
      await lost(second);
      expect(await books.balancesOf(order.id)).toEqual({});
      const notes = [...(await notesOf(first)), ...(await notesOf(second))];
      expect(notes.map(({ number, totalMinor }) => [number, totalMinor])).toEqual([
        [1, 400],
        [2, 1700],
      ]);
    });

    it('of a part, and then of more: as much as was lost', async () => {
      const order = await placed(await saleOf({}), '1A', '1B');
      const paymentId = await till.pay(order.id);
      for (const amountMinor of [500, 2100]) await till.tell(paymentId, { type: 'dispute-lost', amountMinor });
      expect((await books.entriesOf(order.id)).slice(2)).toMatchObject([
        ['CHARGEBACK', { CHARGEBACKS: 500 }],
        ['REVERSAL', { CHARGEBACKS: -500 }],
        ['CHARGEBACK', { CHARGEBACKS: 1600 }],
        ['REVERSAL', { CHARGEBACKS: -1600 }],
      ]);
      expect(await books.balancesOf(order.id)).toEqual({});
      expect((await notesOf(paymentId)).map(({ number, totalMinor }) => [number, totalMinor])).toEqual([
        [1, 500],
        [2, 1600],
      ]);
      // The bank thinks better of it: the tickets are void all the same.
      await till.tell(paymentId, { type: 'dispute-lost', amountMinor: 2000 });
      expect(await books.balancesOf(order.id)).toEqual({ PROVIDER: 100, CHARGEBACKS: -100 });
    });

    it('that pays for two orders, since one ticket was exchanged', async () => {
      const sale = await saleOf({ feeMinor: 0 });
      const other = await tripOf(application, sale.organizationId);
      const { client } = await account(application);
      const before = await checkOut(client, await reserve(client, sale, ['1A', '1B']));
      const paymentId = await till.pay(before.id);
      const held = await reserve(client, other, ['1A']);
      const { exchangeTickets } = await client.ask<{ exchangeTickets: { id: string } }>(
        `mutation ($input: ExchangeTicketsInput!) { exchangeTickets(input: $input) { ... on Order { id } } }`,
        { input: { ticketIds: [before.tickets[0]!.id], reservationId: held.reservation!.id } },
      );
      await lost(paymentId);
      expect(await books.balancesOf(before.id, exchangeTickets.id)).toEqual({});
      await application.get(InvoicingService).exchangeNote(exchangeTickets.id);
      const notes = await notesOf(paymentId);
      const credited = new Map(notes.map(({ orderId, totalMinor }) => [orderId, totalMinor]));
      expect(credited).toEqual(
        new Map([
          [before.id, 900],
          [exchangeTickets.id, 900],
        ]),
      );
      expect(notes.map(({ number }) => number)).toEqual([2, 3]);
    });

    it('and tickets that had cost nothing', async () => {
      const order = await placed(await saleOf({}, threeForTwo), '1A', '1B', '1C');
      await lost(await till.pay(order.id));
      expect(await books.balancesOf(order.id)).toEqual({});
    });
  });
});
