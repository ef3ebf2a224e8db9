import fc from 'fast-check';
import { priceLines } from '../../../reservations/src/pricing.js';
import { type Invoice, InvoiceKind } from '../invoice.entity.js';
import { contentOfReversals, contentOfSale } from '../invoice-lines.js';
import { reversalOf } from '../journal/parts.js';
import { missingFor, ublOf } from './ubl.js';

const RATES = [
  { id: 's', name: 'VAT', rateBps: 2000, category: 'S' },
  { id: 'r', name: 'VAT', rateBps: 550, category: 'S' },
  { id: 'z', name: 'VAT', rateBps: 0, category: 'Z' },
  { id: 'e', name: 'VAT', rateBps: 0, category: 'E' },
  null,
];

type Lines = Parameters<typeof contentOfSale>[0];

/** Orders as they are quoted: several rates, discounts, fees, tax in the prices or on top. */
const orders: fc.Arbitrary<Lines> = fc
  .record({
    places: fc.array(
      fc.record({
        priceMinor: fc.integer({ min: 1, max: 200_000 }),
        tax: fc.constantFrom(...RATES),
        share: fc.integer({ min: 0, max: 99 }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    taxIncluded: fc.boolean(),
    feeMinor: fc.integer({ min: 0, max: 500 }),
    feeBps: fc.constantFrom(0, 250),
  })
  .map(({ places, ...rules }) => {
    const discounts = places.map(({ priceMinor, share }) => Math.floor((priceMinor * share) / 100));
    const prices = priceLines(places, discounts, rules);
    const { taxIncluded } = rules;
    return places.map(({ tax }, index) => ({ description: `Seat ${index}`, tax, taxIncluded, ...prices[index]! }));
  });

function invoiceOf(content: ReturnType<typeof contentOfSale>, changes: Partial<Invoice> = {}): Invoice {
  return {
    id: 'id',
    organizationId: 'organization',
    kind: InvoiceKind.INVOICE,
    number: 7,
    orderId: 'order',
    correctedId: null,
    refundId: null,
    exchangeId: null,
    lossId: null,
    issuedAt: new Date('2026-12-31T23:30:00Z'),
    currency: 'GBP',
    seller: {
      name: 'Test & Sons <Coaches>',
      address: '1 Station Road\nLeeds\nLS1 4DY\nYorkshire',
      taxNumber: 'GB 123 4567 82',
      country: 'GB',
      email: null,
      timeZone: 'Europe/Berlin',
    },
    buyer: { name: 'Zoë\u0007', email: 'zoe@holdfast.test' },
    subject: {
      orderNumber: 'HF-1',
      title: 'A – B',
      paidAt: '2026-12-31T23:00:00Z',
      taxIncluded: true,
      payments: [],
      corrected: null,
      exchangedFor: null,
      isChargedBack: false,
    },
    ...content,
    ...changes,
  };
}

/** What elements of this name say, in order, as whole numbers of minor units; within the first part that matches. */
const amounts = (xml: string, name: string): number[] =>
  [...xml.matchAll(new RegExp(`<cbc:${name}[^>]*>(-?[\\d.]+)</cbc:${name}>`, 'g'))].map(([, text]) =>
    Number(text!.replace('.', '')),
  );
const blocks = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<cac:${name}>([^]*?)</cac:${name}>`, 'g'))].map(([, block]) => block!);
const total = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** The rules of EN 16931 about sums and taxes, by their names. */
function mustKeepTheRules(xml: string): void {
  const lines = [...blocks(xml, 'InvoiceLine'), ...blocks(xml, 'CreditNoteLine')];
  const [sums] = blocks(xml, 'LegalMonetaryTotal');
  const [taxTotal] = blocks(xml, 'TaxTotal');
  const subtotals = blocks(taxTotal!, 'TaxSubtotal');
  const one = (name: string): number => amounts(sums!, name)[0]!;
  const nets = lines.map((line) => amounts(line, 'LineExtensionAmount')[0]!);
  const [tax, ...taxes] = amounts(taxTotal!, 'TaxAmount');
  expect(['BR-CO-10', one('LineExtensionAmount')]).toEqual(['BR-CO-10', total(nets)]);
  expect(['BR-CO-13', one('TaxExclusiveAmount')]).toEqual(['BR-CO-13', one('LineExtensionAmount')]);
  expect(['BR-CO-14', tax]).toEqual(['BR-CO-14', total(taxes)]);
  expect(['BR-CO-15', one('TaxInclusiveAmount')]).toEqual(['BR-CO-15', one('TaxExclusiveAmount') + tax!]);
  expect(['BR-CO-16', one('PayableAmount')]).toEqual(['BR-CO-16', one('TaxInclusiveAmount') - one('PrepaidAmount')]);
  const rateOf = (block: string): string =>
    (/<cbc:ID>([SZEO])<[^]*?(?:<cbc:Percent>([\d.]+)<|<cac:TaxScheme>)/.exec(block) ?? []).slice(1).join(' ');
  const keys = subtotals.map((block) => rateOf(block));
  expect(['BR-CO-18', keys.length > 0, new Set(keys).size]).toEqual(['BR-CO-18', true, keys.length]);
  expect(['BR-S-1', new Set(lines.map((line) => rateOf(blocks(line, 'Item')[0]!)))]).toEqual(['BR-S-1', new Set(keys)]);
  for (const [index, block] of subtotals.entries()) {
    const own = lines.filter((line) => rateOf(blocks(line, 'Item')[0]!) === keys[index]);
    const taxable = amounts(block, 'TaxableAmount')[0]!;
    expect(['BR-S-8', taxable]).toEqual(['BR-S-8', total(own.map((line) => amounts(line, 'LineExtensionAmount')[0]!))]);
    const percent = Number(/<cbc:Percent>([\d.]+)</.exec(block)?.[1] ?? 0);
    // The norm grants a whole unit of the currency; the tax of a gross price is a rounding away, of a part of a line two.
    expect(Math.abs(amounts(block, 'TaxAmount')[0]! - (taxable * percent) / 100)).toBeLessThanOrEqual(2 + lines.length);
    const isZero = percent === 0;
    expect(['BR-Z-9', isZero && amounts(block, 'TaxAmount')[0] !== 0]).toEqual(['BR-Z-9', false]);
    expect(['BR-E-10', /<cbc:ID>[EO]</.test(block)]).toEqual(['BR-E-10', block.includes('TaxExemptionReason')]);
  }
}

describe('an electronic invoice', () => {
  it('keeps the rules about sums whatever was sold', () => {
    fc.assert(fc.property(orders, (lines) => mustKeepTheRules(ublOf(invoiceOf(contentOfSale(lines))))));
  });

  it('of what was given back keeps them too', () => {
    fc.assert(
      fc.property(orders, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (lines, cuts) => {
        const reversals = lines.flatMap((line, index) => {
          const amount = line.totalMinor === 0 ? 0 : cuts[index]! % (line.totalMinor + 1);
          return amount === 0 ? [] : [{ line, parts: reversalOf(line, 0, amount) }];
        });
        if (reversals.length === 0) return;
        const corrected = { number: 'INV-000006', issuedAt: '2026-12-01T00:00:00Z' };
        const draft = invoiceOf(contentOfReversals(reversals), { kind: InvoiceKind.CREDIT_NOTE });
        mustKeepTheRules(ublOf({ ...draft, subject: { ...draft.subject, corrected } }));
      }),
    );
  });

  const line = {
    description: 'Seat 1A',
    priceMinor: 1000,
    discountMinor: 0,
    feeMinor: 0,
    taxMinor: 167,
    totalMinor: 1000,
    taxIncluded: true,
    tax: RATES[0]!,
  };

  it('says who, when and what, and holds no character that XML has no place for', () => {
    const xml = ublOf(invoiceOf(contentOfSale([line])));
    for (const part of [
      '<cbc:CustomizationID>urn:cen.eu:en16931:2017<',
      '<cbc:ID>INV-000007<',
      // Where the seller is, the year is over.
      '<cbc:IssueDate>2027-01-01<',
      '<cbc:InvoiceTypeCode>380<',
      '<cbc:CompanyID>GB123456782<',
      '<cbc:RegistrationName>Test &amp; Sons &lt;Coaches&gt;<',
      '<cbc:StreetName>1 Station Road<',
      '<cbc:Line>LS1 4DY, Yorkshire<',
      '<cbc:RegistrationName>Zoë<',
      '<cbc:TaxAmount currencyID="GBP">1.67<',
    ])
      expect(xml).toContain(part);
  });

  it('is none without what it has to say', () => {
    const invoice = invoiceOf(contentOfSale([line]));
    expect(missingFor(invoice)).toEqual([]);
    const seller = { ...invoice.seller, country: null, taxNumber: null };
    expect(missingFor({ ...invoice, seller, currency: 'KWD' })).toHaveLength(3);
  });

  it('names no VAT number where nothing is subject to VAT', () => {
    const xml = ublOf(invoiceOf(contentOfSale([{ ...line, tax: null, taxMinor: 0 }])));
    expect(xml).not.toContain('<cbc:CompanyID>GB123456782<');
    expect(xml).toContain('<cac:PartyIdentification>');
    expect(xml).toContain('<cbc:TaxExemptionReason>Not subject to VAT<');
  });
});
