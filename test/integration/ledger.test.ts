import { newId } from '#kernel';
import { Auditor, Database } from '#platform';
import { FundsService, RefundReason, RefundsService } from '#payments';
import { ReleasesService } from '#reservations';
import { InvoicingService } from '../../libs/invoices/src/invoicing.service.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { Books, type Entry } from '../support/books.js';
import { MovedClock } from '../support/clock.js';
import { account } from '../support/fixtures.js';
import { promoOf } from '../support/promos.js';
import { type Bought, type Reserved, type Sale, checkOut, reserve, tripOf } from '../support/sale.js';
import { Till, taxRate, taxedOrganization } from '../support/till.js';

describe('the journal', () => {
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

  const query = async <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
    await application.database.query<Row>(sql, parameters);
  const entriesOf = async (...orderIds: string[]): Promise<Entry[]> => await books.entriesOf(...orderIds);
  const balancesOf = async (orderId: string): Promise<Record<string, number>> => await books.balancesOf(orderId);
  async function placed(sale: Sale, ...labels: string[]): Promise<Bought & { mine: Reserved }> {
    const mine = await reserve(application.client, sale, labels);
    return { ...(await checkOut(application.client, mine)), mine };
  }
  const saleOf = async (terms: Parameters<typeof taxedOrganization>[1] = {}): Promise<Sale> =>
    await tripOf(application, await taxedOrganization(application, terms));

  it('follows an order from its payment to its last refund, tax in the prices', async () => {
    const order = await placed(await saleOf(), '1A', '1B');
    expect(order.totalMinor).toBe(2300);
    await till.pay(order.id);
    // 23.00 with 3.83 of tax, 1.92 and 1.91 a line: 1.67 and 1.66 of it in the prices.
    const sale: Entry[] = [
      ['CAPTURE', { PROVIDER: 2300, DEPOSITS: -2300 }],
      ['SALE', { DEPOSITS: 2300, SALES: -1667, FEES: -250, TAX: -383 }],
    ];
    expect(await entriesOf(order.id)).toEqual(sale);
    await till.giveBack(order.id, 0);
    const [refund] = await till.refunds(order.id);
    const given: Entry[] = [...sale, ['REFUND', { SALES: 833, TAX: 167, REFUNDS_DUE: -1000 }]];
    expect(await entriesOf(order.id)).toEqual(given);
    await till.settle(refund!);
    await till.settle(refund!);
    expect(await entriesOf(order.id)).toEqual([...given, ['SETTLEMENT', { REFUNDS_DUE: 1000, PROVIDER: -1000 }]]);
    expect(await balancesOf(order.id)).toEqual({ PROVIDER: 1300, SALES: -834, FEES: -250, TAX: -216 });
  });

  it('has tax on top of prices, and discounts taken off them', async () => {
    const organizationId = await taxedOrganization(application, { taxInclusive: false, feeRefundable: true });
    await promoOf(application, organizationId, { code: undefined });
    const order = await placed(await tripOf(application, organizationId), '1A');
    // 10.00 less 1.00, and 1.50: 10.50 with 2.10 of tax.
    expect(order.totalMinor).toBe(1260);
    await till.pay(order.id);
    expect((await entriesOf(order.id))[1]).toEqual([
      'SALE',
      { DEPOSITS: 1260, SALES: -1000, DISCOUNTS: 100, FEES: -150, TAX: -210 },
    ]);
    await till.giveBack(order.id, 0);
    expect((await entriesOf(order.id))[2]).toEqual([
      'REFUND',
      { SALES: 1000, DISCOUNTS: -100, FEES: 150, TAX: 210, REFUNDS_DUE: -1260 },
    ]);
    expect(await balancesOf(order.id)).toEqual({ PROVIDER: 1260, REFUNDS_DUE: -1260 });
  });

  it('has several rates in one order', async () => {
    const sale = await saleOf({ feeMinor: 0 });
    const zero = await taxRate(application, sale.organizationId, 0);
    const order = await placed(sale, '1A', '1B');
    await query(
      `UPDATE line_items SET tax = jsonb_build_object('id', $2::text, 'name', 'VAT', 'rateBps', 0, 'category', 'Z'), tax_minor = 0 WHERE order_id = $1 AND position = 1`,
      [order.id, zero],
    );
    await till.pay(order.id);
    expect((await entriesOf(order.id))[1]).toEqual(['SALE', { DEPOSITS: 2000, SALES: -1833, TAX: -167 }]);
  });

  it('books nothing for what costs nothing', async () => {
    const order = await placed(
      await tripOf(application, await taxedOrganization(application, { feeMinor: 0 }), { priceMinor: 0 }),
      '1A',
    );
    expect(order.state).toBe('PAID');
    expect(await entriesOf(order.id)).toEqual([]);
  });

  it('returns what is too much, comes twice, or is in another currency', async () => {
    const order = await placed(await saleOf(), '1A');
    await till.pay(order.id, 500, { currency: 'JPY' });
    const again = await checkOut(application.client, order.mine);
    await till.pay(again.id, 1150 + 50);
    expect(await entriesOf(order.id)).toEqual([
      ['CAPTURE', { PROVIDER: 500, DEPOSITS: -500 }],
      ['RETURN', { DEPOSITS: 500, REFUNDS_DUE: -500 }],
      ['CAPTURE', { PROVIDER: 1200, DEPOSITS: -1200 }],
      ['SALE', { DEPOSITS: 1150, SALES: -833, FEES: -125, TAX: -192 }],
      ['RETURN', { DEPOSITS: 50, REFUNDS_DUE: -50 }],
    ]);
    const currencies = await query(`SELECT DISTINCT currency FROM journal_entries WHERE order_id = $1 ORDER BY 1`, [
      order.id,
    ]);
    expect(currencies).toEqual([{ currency: 'GBP' }, { currency: 'JPY' }]);
  });

  it('keeps parts as a deposit until the rest comes, and returns them when it does not', async () => {
    const order = await placed(await saleOf(), '1A');
    await till.pay(order.id, 400);
    await till.pay(order.id, 700);
    expect(await balancesOf(order.id)).toEqual({ PROVIDER: 700, DEPOSITS: -700 });
    clock.advance(20);
    await application.get(ReleasesService).expireAll();
    expect(await balancesOf(order.id)).toEqual({ PROVIDER: 700, REFUNDS_DUE: -700 });
    for (const refund of await till.refunds(order.id)) await till.settle(refund);
    expect(await balancesOf(order.id)).toEqual({});
  });

  it('sells when a late payment finds its places free, and returns it when it does not', async () => {
    const sale = await saleOf({ seatOfferMinutes: 0 });
    const [free, taken] = [await placed(sale, '1A'), await placed(sale, '1B')];
    clock.advance(20);
    await application.get(ReleasesService).expireAll();
    await placed(sale, '1B');
    await till.pay(free.id);
    await till.pay(taken.id);
    expect((await entriesOf(free.id)).map(([kind]) => kind)).toEqual(['CAPTURE', 'SALE']);
    expect((await entriesOf(taken.id)).map(([kind]) => kind)).toEqual(['CAPTURE', 'RETURN']);
  });

  it('takes refunds that bounce back into what is due, and settles them again', async () => {
    const order = await placed(await saleOf(), '1A');
    await till.pay(order.id);
    await till.giveBack(order.id, 0);
    await till.settle((await till.refunds(order.id))[0]!);
    await till.settle((await till.refunds(order.id))[0]!, 'refund-failed');
    expect(await balancesOf(order.id)).toMatchObject({ PROVIDER: 1150, REFUNDS_DUE: -1000 });
    // The next attempt, as `send` begins it.
    await query(
      `UPDATE refunds SET state = 'REQUESTED', attempts = attempts + 1 WHERE payment_id IN (SELECT id FROM payments WHERE reference = $1)`,
      [order.id],
    );
    await till.settle((await till.refunds(order.id))[0]!);
    expect((await entriesOf(order.id)).slice(3)).toEqual([
      ['SETTLEMENT', { REFUNDS_DUE: 1000, PROVIDER: -1000 }],
      ['BOUNCE', { PROVIDER: 1000, REFUNDS_DUE: -1000 }],
      ['SETTLEMENT', { REFUNDS_DUE: 1000, PROVIDER: -1000 }],
    ]);
  });

  it('knows what a bank took back, and which refund it covers', async () => {
    const order = await placed(await saleOf(), '1A', '1B');
    const paymentId = await till.pay(order.id);
    await till.giveBack(order.id, 0);
    await till.tell(paymentId, { type: 'disputed', amountMinor: 2300 });
    await till.tell(paymentId, { type: 'dispute-lost', amountMinor: 2300 });
    const [refund] = await till.refunds(order.id);
    await application.get(RefundsService).send(refund!.id);
    expect((await entriesOf(order.id)).slice(2)).toEqual([
      ['REFUND', { SALES: expect.any(Number) as number, TAX: expect.any(Number) as number, REFUNDS_DUE: -1000 }],
      ['CHARGEBACK', { CHARGEBACKS: 2300, PROVIDER: -2300 }],
      ['REVERSAL', { SALES: 834, FEES: 125, TAX: 191, CHARGEBACKS: -1150 }],
      ['SETTLEMENT', { REFUNDS_DUE: 1000, CHARGEBACKS: -1000 }],
    ]);
    // What the organization lost: the fee that it had kept of the ticket that was given back.
    expect(await balancesOf(order.id)).toEqual({ CHARGEBACKS: 150, FEES: -125, TAX: -25 });
  });

  it('divides a refund that comes from two payments, and one for any other reason among all lines', async () => {
    const order = await placed(await saleOf({ feeRefundable: true }), '1A');
    await till.pay(order.id, 400);
    const again = await checkOut(application.client, order.mine);
    await till.pay(again.id);
    await till.giveBack(order.id, 0);
    const parts = (await entriesOf(order.id)).filter(([kind]) => kind === 'REFUND');
    expect(parts).toEqual([
      ['REFUND', { SALES: 333, TAX: 67, REFUNDS_DUE: -400 }],
      ['REFUND', { SALES: 500, FEES: 125, TAX: 125, REFUNDS_DUE: -750 }],
    ]);
    const other = await placed(await saleOf(), '1A', '1B');
    await till.pay(other.id);
    await application.database.transaction(async () => {
      for (const amount of [1400, 900])
        await application.get(FundsService).refund(other.id, amount, newId(), RefundReason.CANCELLED_BY_ORGANISER);
    });
    expect(await balancesOf(other.id)).toEqual({ PROVIDER: 2300, REFUNDS_DUE: -2300 });
  });

  it('moves what tickets count for from one order to another when they are exchanged', async () => {
    const organizationId = await taxedOrganization(application);
    const [dear, cheap] = [
      await tripOf(application, organizationId, { priceMinor: 1500 }),
      await tripOf(application, organizationId),
    ];
    const { client } = await account(application);
    const before = await checkOut(client, await reserve(client, dear, ['1A', '1B']));
    await till.pay(before.id);
    const held = await reserve(client, cheap, ['1A']);
    const { exchangeTickets: order } = await client.ask<{
      exchangeTickets: { id: string; creditMinor: number; totalMinor: number };
    }>(
      `mutation ($input: ExchangeTicketsInput!) { exchangeTickets(input: $input) { ... on Order { id creditMinor totalMinor } } }`,
      { input: { ticketIds: [before.tickets[0]!.id], reservationId: held.reservation!.id } },
    );
    const rest = order.creditMinor - order.totalMinor;
    expect(rest).toBeGreaterThan(0);
    expect(await entriesOf(order.id)).toEqual([
      ['EXCHANGE', { SALES: 958, TAX: 192, DEPOSITS: -1150 }],
      ['SALE', { DEPOSITS: 1150, SALES: -833, FEES: -125, TAX: -192 }],
    ]);
    expect((await entriesOf(before.id)).at(-1)).toMatchObject(['REFUND', { REFUNDS_DUE: -rest }]);
    // Each is documented: what was given for the new tickets, and what goes back.
    const invoicing = application.get(InvoicingService);
    const note = await invoicing.exchangeNote(order.id);
    const [number] = await query<{ number: string }>(`SELECT number FROM orders WHERE id = $1`, [order.id]);
    expect(note).toMatchObject({ orderId: before.id, totalMinor: 1150, subject: { exchangedFor: number!.number } });
    expect(await invoicing.exchangeNote(order.id)).toMatchObject({ id: note!.id });
    const [refund] = await query<{ id: string }>(`SELECT id FROM refunds WHERE reference = $1`, [before.id]);
    expect(await invoicing.creditNote(refund!.id)).toMatchObject({ orderId: before.id, totalMinor: rest, number: 2 });
    expect(await invoicing.invoice(order.id)).toMatchObject({ totalMinor: 1150 });
  });

  describe('in the database', () => {
    let orderId: string;
    beforeAll(async () => {
      orderId = (await placed(await saleOf(), '1A')).id;
      await till.pay(orderId);
    });
    const insert = (lines: string): string =>
      `WITH e AS (INSERT INTO journal_entries (id, organization_id, kind, currency, at, order_id, key)
         SELECT gen_random_uuid(), organization_id, 'SALE', 'GBP', now(), id, gen_random_uuid() FROM orders WHERE id = '${orderId}' RETURNING id)
       INSERT INTO journal_lines (entry_id, position, account, debit_minor, credit_minor) SELECT e.id, l.* FROM e, (VALUES ${lines}) l`;

    it.each([
      [
        'an entry that does not balance',
        () => insert(`(0, 'SALES', 100, 0), (1, 'TAX', 0, 99)`),
        'does not balance: 1',
      ],
      [
        'an entry without lines',
        () => insert(`(0, 'SALES', 100, 0)`).replace(/INSERT INTO journal_lines[^]*/, 'SELECT FROM e'),
        'it has no lines',
      ],
      [
        'a line that is added later',
        () => `INSERT INTO journal_lines SELECT id, 9, 'SALES', 1, 0 FROM journal_entries LIMIT 1`,
        'does not balance',
      ],
      ['an account that is not in the chart', () => insert(`(0, 'CASH', 100, 0), (1, 'TAX', 0, 100)`), 'account_check'],
      ['a line with two sides', () => insert(`(0, 'SALES', 100, 100)`), 'journal_lines_one_side'],
      ['a line with no side', () => insert(`(0, 'SALES', 0, 0)`), 'journal_lines_one_side'],
      ['a change', () => `UPDATE journal_lines SET account = 'SALES'`, 'keeps what was written'],
      ['a deletion', () => `DELETE FROM journal_lines`, 'keeps what was written'],
      ['emptying it', () => `TRUNCATE journal_entries CASCADE`, 'keeps what was written'],
    ])('refuses %s', async (_, sql, message) => {
      await expect(application.get(Database).query(sql())).rejects.toThrow(message);
    });

    it('takes one that balances', async () => {
      const [before] = await query<{ count: string }>(`SELECT count(*) FROM journal_entries`);
      await expect(
        application.database.transaction(async () => {
          await query(insert(`(0, 'SALES', 100, 0), (1, 'TAX', 0, 100)`));
          await query('SET CONSTRAINTS ALL IMMEDIATE');
          throw new Error('no more of it');
        }),
      ).rejects.toThrow('no more of it');
      expect(await query(`SELECT count(*) FROM journal_entries`)).toEqual([before]);
    });
  });
});
