import { decimalOf, decimalsOf, isoDate, percentOf } from '../amounts.js';
import { type Invoice, InvoiceKind, type InvoiceLine, type InvoiceTax, labelOf } from '../invoice.entity.js';
import { type XmlElement, element, xmlOf } from './xml.js';

const NAMESPACE = 'urn:oasis:names:specification:ubl:schema:xsd:';
/** EN 16931 wants to be told why there is no tax (BR-E-10, BR-O-10). */
const REASONS: Partial<Record<InvoiceTax['category'], string>> = { E: 'Exempt from tax', O: 'Not subject to VAT' };

/** What an electronic invoice must say and this one cannot; nothing: it can be one. */
export function missingFor({ seller, currency }: Invoice): string[] {
  return [
    ...(seller.country ? [] : ['the country of the seller']),
    ...(seller.taxNumber ? [] : ['the tax number of the seller']),
    ...(decimalsOf(currency) <= 2 ? [] : ['a currency with at most two decimals']),
  ];
}

/**
 * The invoice as EN 16931 wants it, in UBL 2.1. It was paid before it was issued, so nothing is due. Of the buyer, a
 * passenger, no address is known: the country, which must be there, is the seller's.
 */
export function ublOf(invoice: Invoice): string {
  const { seller, buyer, subject, issuedAt, currency } = invoice;
  const vatNumber = vatNumberOf(invoice);
  const isCredit = invoice.kind === InvoiceKind.CREDIT_NOTE;
  const root = isCredit ? 'CreditNote' : 'Invoice';
  const day = (instant: Date | string): string => isoDate(new Date(instant), seller.timeZone);
  const amount = (name: string, minor: number): XmlElement =>
    element(`cbc:${name}`, decimalOf(minor, currency), { currencyID: currency });
  const document = element(
    root,
    [
      text('CustomizationID', 'urn:cen.eu:en16931:2017'),
      text('ID', labelOf(invoice)),
      text('IssueDate', day(issuedAt)),
      text(`${root}TypeCode`, isCredit ? '381' : '380'),
      text('Note', subject.title),
      text('DocumentCurrencyCode', currency),
      element('cac:OrderReference', [text('ID', subject.orderNumber)]),
      subject.corrected &&
        element('cac:BillingReference', [
          element('cac:InvoiceDocumentReference', [
            text('ID', subject.corrected.number),
            text('IssueDate', day(subject.corrected.issuedAt)),
          ]),
        ]),
      element('cac:AccountingSupplierParty', [
        element('cac:Party', [
          // Without a VAT number the seller is known by the other one (BR-CO-26).
          vatNumber === undefined && element('cac:PartyIdentification', [text('ID', seller.taxNumber!)]),
          address(seller.address, seller.country!),
          element('cac:PartyTaxScheme', [
            text('CompanyID', vatNumber ?? seller.taxNumber!),
            element('cac:TaxScheme', [text('ID', vatNumber === undefined ? 'TAX' : 'VAT')]),
          ]),
          element('cac:PartyLegalEntity', [text('RegistrationName', seller.name)]),
          seller.email !== null && element('cac:Contact', [text('ElectronicMail', seller.email)]),
        ]),
      ]),
      element('cac:AccountingCustomerParty', [
        element('cac:Party', [
          address(null, seller.country!),
          element('cac:PartyLegalEntity', [text('RegistrationName', buyer.name)]),
          element('cac:Contact', [text('ElectronicMail', buyer.email)]),
        ]),
      ]),
      element('cac:TaxTotal', [
        amount('TaxAmount', invoice.taxMinor),
        invoice.taxes.map((tax) =>
          element('cac:TaxSubtotal', [
            amount('TaxableAmount', tax.netMinor),
            amount('TaxAmount', tax.taxMinor),
            category('cac:TaxCategory', tax, REASONS[tax.category]),
          ]),
        ),
      ]),
      element('cac:LegalMonetaryTotal', [
        amount('LineExtensionAmount', invoice.netMinor),
        amount('TaxExclusiveAmount', invoice.netMinor),
        amount('TaxInclusiveAmount', invoice.totalMinor),
        amount('PrepaidAmount', invoice.totalMinor),
        amount('PayableAmount', 0),
      ]),
      invoice.lines.map((line, index) =>
        element(`cac:${root}Line`, [
          text('ID', `${index + 1}`),
          element(`cbc:${isCredit ? 'Credited' : 'Invoiced'}Quantity`, '1', { unitCode: 'C62' }),
          amount('LineExtensionAmount', line.netMinor),
          element('cac:Item', [text('Name', line.description), category('cac:ClassifiedTaxCategory', line)]),
          element('cac:Price', [amount('PriceAmount', line.netMinor)]),
        ]),
      ),
    ],
    {
      xmlns: `${NAMESPACE}${root}-2`,
      'xmlns:cac': `${NAMESPACE}CommonAggregateComponents-2`,
      'xmlns:cbc': `${NAMESPACE}CommonBasicComponents-2`,
    },
  );
  return xmlOf(document);
}

const text = (name: string, content: string): XmlElement => element(`cbc:${name}`, content);

/** Lines of text, as it was given: two of them have names, the rest is one more. */
function address(given: string | null, country: string): XmlElement {
  const [street, second, ...others] = (given ?? '').split(/\s*\n\s*/).filter((line) => line !== '');
  return element('cac:PostalAddress', [
    street !== undefined && text('StreetName', street),
    second !== undefined && text('AdditionalStreetName', second),
    others.length > 0 && element('cac:AddressLine', [text('Line', others.join(', '))]),
    element('cac:Country', [text('IdentificationCode', country)]),
  ]);
}

/** A VAT number begins with its country (BR-CO-9); where nothing is subject to VAT there may be none (BR-O-2). */
function vatNumberOf({ seller, taxes }: Invoice): string | undefined {
  const number = seller.taxNumber!.replace(/[\s.-]/g, '');
  const isVat = /^[A-Z]{2}[0-9A-Z+*]{2,}$/.test(number) && taxes.some((tax) => tax.category !== 'O');
  return isVat ? number : undefined;
}

function category(
  name: string,
  { category: id, rateBps }: Pick<InvoiceLine, 'category' | 'rateBps'>,
  reason?: string,
): XmlElement {
  return element(name, [
    text('ID', id),
    id !== 'O' && text('Percent', percentOf(rateBps)),
    reason !== undefined && text('TaxExemptionReason', reason),
    element('cac:TaxScheme', [text('ID', 'VAT')]),
  ]);
}
