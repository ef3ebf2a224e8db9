import { parse } from 'csv-parse/sync';
import { Auditor } from '#platform';
import { MemberRole } from '#identity';
import { readPdf } from '../../apps/cli/src/journey/read-pdf.js';
import type { Client } from '../../apps/cli/src/journey/client.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { account, eventually } from '../support/fixtures.js';
import { type Bought, type Reserved, type Sale, checkOut, reserve, tripOf } from '../support/sale.js';
import { Till, taxedOrganization } from '../support/till.js';

interface Document {
  id: string;
  kind: string;
  number: string;
  currency: string;
  netMinor: number;
  taxMinor: number;
  totalMinor: number;
  lines: { description: string; totalMinor: number }[];
  taxes: { name: string; percent: number; netMinor: number; taxMinor: number }[];
}

const DOCUMENT =
  'id kind number currency netMinor taxMinor totalMinor lines { description totalMinor } taxes { name percent netMinor taxMinor }';
const DOWNLOAD = `mutation ($id: ID!, $format: InvoiceFormat!, $token: String) { downloadInvoice(id: $id, format: $format, sessionToken: $token) {
  __typename ... on DownloadLink { url } ... on NoElectronicInvoice { missing } } }`;

describe('invoices', () => {
  let application: TestApplication;
  let till: Till;
  beforeAll(async () => {
    application = await startApplication();
    till = new Till(application);
  });
  afterAll(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
    await application.close();
  });

  type Order = Bought & { mine: Reserved };
  async function bought(sale: Sale, ...labels: string[]): Promise<Order> {
    const mine = await reserve(application.client, sale, labels);
    const order = await checkOut(application.client, mine);
    if (order.payment) await till.pay(order.id);
    return { ...order, mine };
  }
  async function documents({ id, mine }: Order): Promise<{ invoice: Document | null; creditNotes: Document[] }> {
    const { order } = await application.client.ask<{ order: { invoice: Document | null; creditNotes: Document[] } }>(
      `query ($id: ID!, $token: String) { order(id: $id, sessionToken: $token) { invoice { ${DOCUMENT} } creditNotes { ${DOCUMENT} } } }`,
      { id, token: mine.sessionToken },
    );
    return order;
  }
  const invoiceOf = async (order: Order): Promise<Document> =>
    (
      await eventually(
        () => documents(order),
        ({ invoice }) => invoice !== null,
      )
    ).invoice!;
  interface Download {
    __typename: string;
    url?: string;
    missing?: string[];
  }
  const ask = async (client: Client, id: string, format: string, token?: string): Promise<Download> =>
    (await client.ask<{ downloadInvoice: Download }>(DOWNLOAD, { id, format, token })).downloadInvoice;
  /** As soon as it is printed. */
  async function file(order: Order, id: string, format: string): Promise<Response> {
    const { url } = await eventually(
      () => ask(application.client, id, format, order.mine.sessionToken),
      (answer) => answer.__typename === 'DownloadLink',
      30_000,
    );
    return await fetch(url!);
  }
  const words = async (response: Response): Promise<string> =>
    (await readPdf(Buffer.from(await response.arrayBuffer()))).map(({ text }) => text.replace(/\s+/g, ' ')).join(' ');
  const saleOf = async (terms: Parameters<typeof taxedOrganization>[1] = {}): Promise<Sale> =>
    await tripOf(application, await taxedOrganization(application, terms));

  it('say what was sold, with numbers from 1 for each organization', async () => {
    const sale = await saleOf();
    const [order, next] = [await bought(sale, '1A', '1B'), await bought(sale, '1C')];
    const numbers = [(await invoiceOf(order)).number, (await invoiceOf(next)).number];
    expect(numbers.toSorted()).toEqual(['INV-000001', 'INV-000002']);
    expect(await invoiceOf(order)).toMatchObject({
      kind: 'INVOICE',
      currency: 'GBP',
      netMinor: 1917,
      taxMinor: 383,
      totalMinor: 2300,
      lines: [
        { description: 'Seat 1A, Standard', totalMinor: 1000 },
        { description: 'Seat 1B, Standard', totalMinor: 1000 },
        { description: 'Booking fee, 2 places', totalMinor: 300 },
      ],
      taxes: [{ name: 'VAT', percent: 20, netMinor: 1917, taxMinor: 383 }],
    });
    expect((await invoiceOf(await bought(await saleOf(), '1A'))).number).toBe('INV-000001');
  });

  it('are printed, with a receipt, and are XML for programs', async () => {
    const order = await bought(await saleOf(), '1A', '1B');
    const invoice = await invoiceOf(order);
    const pdf = await file(order, invoice.id, 'PDF');
    expect(pdf.headers.get('content-disposition')).toContain(`${invoice.number}.pdf`);
    const printed = await words(pdf);
    for (const text of [
      'Invoice',
      invoice.number,
      'Test Coaches Ltd',
      '1 Station Road',
      'GB123456789',
      'Somebody',
      'Seat 1B, Standard',
      '£19.17',
      '£3.83',
      '£23.00',
      'VAT 20 %',
      'Prices include VAT',
    ])
      expect(printed).toContain(text);
    const receipt = await words(await file(order, invoice.id, 'RECEIPT'));
    for (const text of ['Receipt', invoice.number, '£23.00', 'Sandbox']) expect(receipt).toContain(text);
    const xml = await file(order, invoice.id, 'UBL');
    expect(xml.headers.get('content-type')).toMatch(/^application\/xml/);
    expect(await xml.text()).toContain('<cbc:TaxInclusiveAmount currencyID="GBP">23.00</cbc:TaxInclusiveAmount>');
  });

  it('are corrected by credit notes, one for each refund', async () => {
    const order = await bought(await saleOf(), '1A', '1B');
    const invoice = await invoiceOf(order);
    await till.giveBack(order.id, 0);
    const { creditNotes } = await eventually(
      () => documents(order),
      (now) => now.creditNotes.length === 1,
    );
    expect(creditNotes[0]).toMatchObject({
      kind: 'CREDIT_NOTE',
      number: 'CN-000001',
      netMinor: 833,
      taxMinor: 167,
      totalMinor: 1000,
      lines: [{ description: 'Seat 1A, Standard', totalMinor: 1000 }],
    });
    const printed = await words(await file(order, creditNotes[0]!.id, 'PDF'));
    for (const text of ['Credit note', 'CN-000001', invoice.number, '£10.00', 'Credited'])
      expect(printed).toContain(text);
    expect(await (await file(order, creditNotes[0]!.id, 'UBL')).text()).toContain('<cbc:CreditNoteTypeCode>381<');
    await expect(ask(application.client, creditNotes[0]!.id, 'RECEIPT', order.mine.sessionToken)).rejects.toMatchObject(
      {
        code: 'BAD_USER_INPUT',
      },
    );
  });

  it('are not written for what cost nothing, nor electronic without what they must say', async () => {
    const free = await bought(
      await tripOf(application, await taxedOrganization(application, { feeMinor: 0 }), { priceMinor: 0 }),
      '1A',
    );
    const plain = await bought(await saleOf({ country: null, taxNumber: null }), '1A');
    const { id, taxes } = await invoiceOf(plain);
    expect(taxes).toMatchObject([{ taxMinor: 0, netMinor: 1150 }]);
    const answer = await ask(application.client, id, 'UBL', plain.mine.sessionToken);
    expect(answer).toMatchObject({
      __typename: 'NoElectronicInvoice',
      missing: ['the country of the seller', 'the tax number of the seller'],
    });
    expect(await words(await file(plain, id, 'PDF'))).toContain('No tax is charged');
    expect(await documents(free)).toEqual({ invoice: null, creditNotes: [] });
  });

  it('keep to what was, and are read by those whose business it is', async () => {
    const sale = await saleOf();
    const order = await bought(sale, '1A');
    const { id } = await invoiceOf(order);
    await file(order, id, 'PDF');
    for (const sql of [
      `UPDATE invoices SET total_minor = 1`,
      `DELETE FROM invoices`,
      `TRUNCATE invoices CASCADE`,
      `INSERT INTO invoices SELECT gen_random_uuid(), organization_id, 'INVOICE', number + 2, (SELECT id FROM orders WHERE id <> order_id LIMIT 1),
         NULL, NULL, NULL, issued_at, currency, net_minor, tax_minor, total_minor, seller, buyer, subject, lines, taxes FROM invoices WHERE id = '${id}'`,
    ])
      await expect(application.database.query(sql)).rejects.toThrow(/keeps what was written|comes after a gap/);
    const organiser = await account(application, { memberOf: [sale.organizationId, MemberRole.ORGANISER] });
    const [stranger, admin] = [await account(application), await account(application, { isAdmin: true })];
    for (const { client } of [organiser, admin]) expect((await ask(client, id, 'PDF')).__typename).toBe('DownloadLink');
    for (const client of [stranger.client, application.client])
      await expect(ask(client, id, 'PDF', 'another token')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('and the journal are exported, harmless for spreadsheets and balanced', async () => {
    const sale = await saleOf();
    const order = await bought(sale, '1A', '1B');
    await application.database.query(`UPDATE orders SET name = '=HYPERLINK("http://evil.test")' WHERE id = $1`, [
      order.id,
    ]);
    await invoiceOf(order);
    await till.giveBack(order.id, 0);
    await eventually(
      () => documents(order),
      ({ creditNotes }) => creditNotes.length === 1,
    );
    const { client } = await account(application, { memberOf: [sale.organizationId, MemberRole.ORGANISER] });
    const span = { organizationId: sale.organizationId, since: inHours(-1), until: inHours(1) };
    const exported = async (format: string): Promise<Record<string, string>[]> => {
      const { exportAccounting } = await client.ask<{ exportAccounting: { url: string } }>(
        `mutation ($organizationId: ID!, $since: DateTime!, $until: DateTime!, $format: AccountingFormat!) {
           exportAccounting(organizationId: $organizationId, since: $since, until: $until, format: $format) { url } }`,
        { ...span, format },
      );
      return parse(await (await fetch(exportAccounting.url)).text(), { columns: true });
    };
    const rows = await exported('CSV');
    expect(rows.map(({ Type, Number, Total }) => `${Type} ${Number} ${Total}`).toSorted()).toEqual(
      [
        'PAYMENT  23.00',
        'INVOICE INV-000001 23.00',
        'CREDIT_NOTE CN-000001 -10.00',
        ...rows.filter(({ Type }) => Type === 'REFUND').map(() => 'REFUND  -10.00'),
      ].toSorted(),
    );
    expect(rows.find(({ Type }) => Type === 'PAYMENT')!['Customer']).toBe(`'=HYPERLINK("http://evil.test")`);
    const cents = (amount: string): number => Number(amount.replace('.', ''));
    const lines = await exported('JOURNAL');
    const sum = (side: string): number => lines.reduce((total, line) => total + cents(line[side]!), 0);
    expect(lines.length).toBeGreaterThanOrEqual(9);
    expect(sum('Debit')).toBe(sum('Credit'));
    interface Page {
      journal: { nodes: { id: string; kind: string; lines: { debitMinor: number }[] }[]; endCursor: string | null };
    }
    const page = async (after?: string): Promise<Page['journal']> =>
      (
        await client.ask<Page>(
          `query ($organizationId: ID!, $since: DateTime!, $until: DateTime!, $after: ID) {
             journal(organizationId: $organizationId, since: $since, until: $until, first: 2, after: $after) { nodes { id kind lines { debitMinor } } endCursor } }`,
          { ...span, after },
        )
      ).journal;
    const first = await page();
    expect(first.nodes.map(({ kind }) => kind)).toEqual(['CAPTURE', 'SALE']);
    expect((await page(first.endCursor!)).nodes[0]!.kind).toBe('REFUND');
  });

  it('are not written twice when the job runs again', async () => {
    const order = await bought(await saleOf(), '1A');
    const { id } = await invoiceOf(order);
    await file(order, id, 'UBL');
    await application.database.query(
      `UPDATE outbox SET relayed_at = NULL WHERE type = 'order.paid' AND payload ->> 'orderId' = $1`,
      [order.id],
    );
    await application.database.query(
      `UPDATE outbox_deliveries SET done_at = NULL, enqueued_at = NULL WHERE event_id IN (SELECT id FROM outbox WHERE type = 'order.paid' AND payload ->> 'orderId' = $1)`,
      [order.id],
    );
    await eventually(
      () => application.database.query(`SELECT FROM outbox_deliveries WHERE job = 'issue-invoice' AND done_at IS NULL`),
      (open) => open.length === 0,
      20_000,
    );
    const invoices = await application.database.query(`SELECT id FROM invoices WHERE order_id = $1`, [order.id]);
    expect(invoices).toEqual([{ id }]);
  });
});

const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
