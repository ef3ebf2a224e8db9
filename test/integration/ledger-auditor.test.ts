import { Auditor, Database, type Finding } from '#platform';
import { RefundState } from '#payments';
import { PromoKind } from '#promos';
import { INVOICE_INVARIANTS, JOURNAL_INVARIANTS } from '../../libs/invoices/src/invariants.js';
import { InvoicingService } from '../../libs/invoices/src/invoicing.service.js';
import { startBeside } from '../support/application.js';
import { type TestDatabase, testDatabase } from '../support/database.js';
import { testEnvironment } from '../support/environment.js';
import { promoOf } from '../support/promos.js';
import { checkOut, reserve, tripOf } from '../support/sale.js';
import { Till, taxedOrganization } from '../support/till.js';

/**
 * Three orders: one given back in part and in two steps, its money partly back; one whose bank took the money back; one
 * that cost nothing.
 */
interface World {
  organizationId: string;
  orderId: string;
  paymentId: string;
  /** Settled, and not yet. */
  refunds: [string, string];
  lost: { orderId: string; paymentId: string; creditNoteId: string };
  /** It cost nothing after its discount, and was given back. */
  gift: { orderId: string; ticketId: string };
  invoiceId: string;
  creditNoteId: string;
}

const NOBODY = '00000000-0000-4000-8000-000000000000';
const INVARIANTS = [...JOURNAL_INVARIANTS, ...INVOICE_INVARIANTS];

/** The first line of an account in an entry of this key. */
const line = (key: string, account: string): string =>
  `WHERE account = '${account}' AND entry_id = (SELECT id FROM journal_entries WHERE key LIKE '${key}%')`;
const gone = (key: string): string =>
  `DELETE FROM journal_lines WHERE entry_id = (SELECT id FROM journal_entries WHERE key LIKE '${key}%');
   DELETE FROM journal_entries WHERE key LIKE '${key}%'`;
/** Two lines that keep the balance. */
const both = (key: string, debit: string, credit: string): string =>
  `UPDATE journal_lines SET debit_minor = debit_minor + 1 ${line(key, debit)};
   UPDATE journal_lines SET credit_minor = credit_minor + 1 ${line(key, credit)}`;

type Finds = [invariant: string, subjects: unknown[]][];

const WRONG: [what: string, sql: (world: World) => string, finds: (world: World) => Finds][] = [
  [
    'a line is a unit more',
    ({ orderId }) => `UPDATE journal_lines SET credit_minor = credit_minor + 1 ${line(`sale:${orderId}`, 'SALES')}`,
    () => [['journal-unbalanced', [expect.stringMatching(/^entry .*: -1$/)]]],
  ],
  [
    'an entry has no lines',
    ({ orderId }) =>
      `INSERT INTO journal_entries SELECT '${NOBODY}', organization_id, kind, currency, at, order_id, NULL, NULL, 'x' FROM journal_entries WHERE key = 'sale:${orderId}'`,
    () => [['journal-unbalanced', [`entry ${NOBODY}: no lines`]]],
  ],
  [
    'lines have no entry',
    () => `INSERT INTO journal_lines VALUES ('${NOBODY}', 0, 'SALES', 5, 0), ('${NOBODY}', 1, 'TAX', 0, 5)`,
    () => [['journal-unbalanced', [`entry ${NOBODY}: 0`]]],
  ],
  [
    'an entry is in the books of another organization',
    ({ orderId }) => `UPDATE journal_entries SET organization_id = '${NOBODY}' WHERE key = 'sale:${orderId}'`,
    () => [['journal-of-another-organization', [expect.stringMatching(/^entry /)]]],
  ],
  [
    'a payment is not booked',
    ({ paymentId }) => gone(`capture:${paymentId}`),
    ({ orderId, paymentId }) => [
      ['journal-capture-differs', [`payment ${paymentId}: 2300, 0`]],
      ['journal-deposits-differ', [`order ${orderId}: 0, -2300`]],
      ['journal-provider-differs', [`payment ${paymentId}: -1000`]],
    ],
  ],
  [
    'a payment is booked with more than came in',
    ({ paymentId }) => both(`capture:${paymentId}`, 'PROVIDER', 'DEPOSITS'),
    ({ orderId, paymentId }) => [
      ['journal-capture-differs', [`payment ${paymentId}: 2300, 2301`]],
      ['journal-deposits-differ', [`order ${orderId}: 0, 1`]],
      ['journal-provider-differs', [`payment ${paymentId}: 1301`]],
    ],
  ],
  [
    'an order is not booked',
    ({ orderId }) => gone(`sale:${orderId}`),
    ({ orderId }) => [
      ['journal-sale-differs', [`order ${orderId}`]],
      ['journal-takes-back-too-much', [`order ${orderId} SALES: 1667`, `order ${orderId} TAX: 333`]],
      ['journal-deposits-differ', [`order ${orderId}: 0, 2300`]],
    ],
  ],
  [
    'tax is booked as a fee',
    ({ orderId }) => `UPDATE journal_lines SET credit_minor = credit_minor + 1 ${line(`sale:${orderId}`, 'FEES')};
      UPDATE journal_lines SET credit_minor = credit_minor - 1 ${line(`sale:${orderId}`, 'TAX')}`,
    ({ orderId }) => [['journal-sale-differs', [`order ${orderId}`]]],
  ],
  [
    'a sale is booked as a fee',
    ({ orderId }) => `UPDATE journal_lines SET credit_minor = credit_minor + 1 ${line(`sale:${orderId}`, 'FEES')};
      UPDATE journal_lines SET credit_minor = credit_minor - 1 ${line(`sale:${orderId}`, 'SALES')}`,
    ({ orderId }) => [
      ['journal-sale-differs', [`order ${orderId}`]],
      ['journal-takes-back-too-much', [`order ${orderId} SALES: 1`]],
    ],
  ],
  [
    'a discount is booked with more than it was',
    ({ gift }) => both(`sale:${gift.orderId}`, 'DISCOUNTS', 'SALES'),
    ({ gift }) => [['journal-sale-differs', [`order ${gift.orderId}`]]],
  ],
  [
    'a discount is taken back twice',
    ({ gift }) => both(`gift:${gift.ticketId}`, 'SALES', 'DISCOUNTS'),
    ({ gift }) => [
      ['journal-takes-back-too-much', [`order ${gift.orderId} DISCOUNTS: 1`, `order ${gift.orderId} SALES: 1`]],
    ],
  ],
  [
    'a ticket that had cost nothing ended, and is still sold',
    ({ gift }) => gone(`gift:${gift.ticketId}`),
    ({ gift }) => [['journal-reversal-differs', [`ticket ${gift.ticketId}`]]],
  ],
  [
    'a ticket whose money a bank took is still sold',
    ({ lost }) => gone(`reversal:${lost.paymentId}`),
    ({ lost }) => [
      ['journal-reversal-differs', [`order ${lost.orderId}: 1150, 0`]],
      ['invoice-differs', [`credit_note ${lost.creditNoteId}`]],
    ],
  ],
  [
    'a refund is not booked',
    ({ refunds }) => gone(`refund:${refunds[1]}`),
    ({ refunds }) => [
      ['journal-refund-differs', [`refund ${refunds[1]}`]],
      ['journal-refund-due-differs', [`refund ${refunds[1]} REQUESTED: 0`]],
    ],
  ],
  [
    'a refund of what was sold is booked as one of a deposit',
    ({ refunds }) => `UPDATE journal_lines SET account = 'DEPOSITS' ${line(`refund:${refunds[1]}`, 'SALES')}`,
    ({ orderId, refunds }) => [
      ['journal-refund-differs', [`refund ${refunds[1]}`]],
      ['journal-deposits-differ', [expect.stringContaining(`order ${orderId}: 0, -`)]],
    ],
  ],
  [
    'a refund that reached the customer is still due',
    ({ refunds }) => gone(`settlement:${refunds[0]}`),
    ({ paymentId, refunds }) => [
      ['journal-refund-due-differs', [`refund ${refunds[0]} SUCCEEDED: 1000`]],
      ['journal-provider-differs', [`payment ${paymentId}: 2300`]],
    ],
  ],
  [
    'a chargeback is not booked',
    ({ lost }) => gone(`chargeback:${lost.paymentId}`),
    ({ lost }) => [['journal-provider-differs', [`payment ${lost.paymentId}: 1150`]]],
  ],
  [
    'an invoice is gone',
    ({ creditNoteId }) => `DELETE FROM invoices WHERE id = '${creditNoteId}'`,
    ({ organizationId }) => [['invoice-numbers-with-gaps', [`organization ${organizationId} CREDIT_NOTE: 1 of 2`]]],
  ],
  [
    'a number was left out',
    ({ invoiceId }) =>
      `UPDATE invoices SET number = 3 WHERE id = '${invoiceId}'; UPDATE invoice_counters SET last_number = 3 WHERE kind = 'INVOICE'`,
    ({ organizationId }) => [['invoice-numbers-with-gaps', [`organization ${organizationId} INVOICE: 2 of 3`]]],
  ],
  [
    'the lines of an invoice are not its sum',
    ({ invoiceId }) => `UPDATE invoices SET lines = jsonb_set(lines, '{0,netMinor}', '1') WHERE id = '${invoiceId}'`,
    ({ invoiceId }) => [['invoice-does-not-add-up', [`invoice ${invoiceId}`]]],
  ],
  [
    'the taxes of a credit note are not its sum',
    ({ creditNoteId }) => `UPDATE invoices SET taxes = '[]' WHERE id = '${creditNoteId}'`,
    ({ creditNoteId }) => [['invoice-does-not-add-up', [`credit_note ${creditNoteId}`]]],
  ],
  [
    'an invoice is of another sum than its order',
    ({ orderId }) => `UPDATE orders SET total_minor = 2301 WHERE id = '${orderId}'`,
    ({ orderId, invoiceId }) => [
      ['journal-sale-differs', [`order ${orderId}`]],
      ['invoice-differs', [`invoice ${invoiceId}`]],
    ],
  ],
  [
    'more is credited than was invoiced',
    ({
      creditNoteId,
    }) => `UPDATE invoices SET total_minor = 2400, tax_minor = 400, net_minor = 2000, lines = '[{"netMinor": 2000, "taxMinor": 400}]',
      taxes = '[{"netMinor": 2000, "taxMinor": 400}]' WHERE id = '${creditNoteId}'`,
    ({ orderId, creditNoteId }) => [['invoice-differs', [`credit_note ${creditNoteId}`, `order ${orderId}`]]],
  ],
];

describe('the auditor of the books', () => {
  let sound: TestDatabase;
  let world: World;
  beforeAll(async () => {
    sound = await testDatabase();
    const application = await startBeside({ env: testEnvironment({ DATABASE_URL: sound.url, ROLE: 'api' }) });
    const till = new Till(application);
    const organizationId = await taxedOrganization(application);
    const sale = await tripOf(application, organizationId);
    const [order, lost] = [
      await checkOut(application.client, await reserve(application.client, sale, ['1A', '1B'])),
      await checkOut(application.client, await reserve(application.client, sale, ['1C'])),
    ];
    const [paymentId, lostPaymentId] = [await till.pay(order.id), await till.pay(lost.id)];
    await till.giveBack(order.id, 0);
    const [settled] = await till.refunds(order.id);
    await till.settle(settled!);
    await till.giveBack(order.id, 1);
    const requested = (await till.refunds(order.id)).find(({ state }) => state === RefundState.REQUESTED);
    await till.tell(lostPaymentId, { type: 'dispute-lost', amountMinor: 1150 });
    const invoicing = application.get(InvoicingService);
    const invoice = await invoicing.invoice(order.id);
    await invoicing.invoice(lost.id);
    const creditNote = await invoicing.creditNote(settled!.id);
    const [lossNote] = await invoicing.lossNotes(lostPaymentId);
    const generous = await taxedOrganization(application);
    await promoOf(application, generous, { code: undefined, kind: PromoKind.PERCENT, percentBps: 10_000 });
    const gift = await checkOut(
      application.client,
      await reserve(application.client, await tripOf(application, generous), ['1A']),
    );
    await till.giveBack(gift.id, 0);
    world = {
      organizationId,
      orderId: order.id,
      paymentId,
      refunds: [settled!.id, requested!.id],
      lost: { orderId: lost.id, paymentId: lostPaymentId, creditNoteId: lossNote!.id },
      gift: { orderId: gift.id, ticketId: gift.tickets[0]!.id },
      invoiceId: invoice!.id,
      creditNoteId: creditNote!.id,
    };
    await application.close();
    // A database is copied only when nobody is connected to it.
    await sound.dataSource.destroy();
  }, 60_000);
  afterAll(async () => {
    await sound.drop();
  });

  /** Copies the database, corrupts the copy by hand, without what keeps programs from it, and looks at it. */
  async function audited(sql?: string): Promise<Finding[]> {
    const { dataSource, drop } = await testDatabase(sound.name);
    try {
      if (sql)
        await dataSource.transaction(async (manager) => {
          await manager.query(`SET LOCAL session_replication_role = replica`);
          await manager.query(sql);
        });
      const auditor = new Auditor(new Database(dataSource));
      auditor.register(INVARIANTS);
      return await auditor.run();
    } finally {
      await drop();
    }
  }

  it('finds nothing in sound books', async () => {
    expect(await audited()).toEqual([]);
  });

  it('has a corruption for each invariant', () => {
    const covered = WRONG.flatMap(([, , finds]) => finds(world).map(([invariant]) => invariant));
    expect([...new Set(covered)].toSorted()).toEqual(INVARIANTS.map(({ name }) => name).toSorted());
  });

  it.each(WRONG)('says that %s', async (_, sql, finds) => {
    expect(await audited(sql(world))).toEqual(
      finds(world).map(([invariant, subjects]) => ({ invariant, count: subjects.length, subjects })),
    );
  });
});
