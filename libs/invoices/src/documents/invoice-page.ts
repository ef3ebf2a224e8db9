import { type Html, formatMoney, html, localDate, raw } from '#kernel';
import { interFontFaces } from '#platform';
import { percentOf } from '../amounts.js';
import { type Invoice, InvoiceKind, type InvoiceLine, labelOf } from '../invoice.entity.js';
import { INVOICE_STYLE } from './invoice-style.js';
import { settlementOf } from './settlement.js';

/** Fonts and style that every document here shares. */
export function invoiceHead(): Html {
  return raw(`<style>${interFontFaces()}${INVOICE_STYLE}</style>`);
}

/** An invoice or a credit note on A4. */
export function invoicePage(invoice: Invoice): Html {
  const isCredit = invoice.kind === InvoiceKind.CREDIT_NOTE;
  const { subject, currency } = invoice;
  return paper(
    invoice,
    isCredit ? 'Credit note' : 'Invoice',
    html`<h2>${subject.title}</h2>
      <table>
        <thead>
          <tr>
            <th>${isCredit ? 'Given back' : 'Description'}</th>
            <th class="amount">Tax</th>
            <th class="amount">Net</th>
            <th class="amount">Tax amount</th>
            <th class="amount">Total</th>
          </tr>
        </thead>
        <tbody>
          ${invoice.lines.map((line) => lineRow(line, currency))}
        </tbody>
      </table>
      <section class="sums">
        ${rates(invoice)}
        <table>
          ${sumRow('Net', invoice.netMinor, currency)} ${sumRow('Tax', invoice.taxMinor, currency)}
          ${sumRow(isCredit ? 'Credited' : 'Total', invoice.totalMinor, currency, 'total')}
          ${!isCredit && sumRow('Paid', invoice.totalMinor, currency)} ${!isCredit && sumRow('Due', 0, currency, 'due')}
        </table>
      </section>
      ${notes([
        subject.taxIncluded && invoice.taxes.some(({ taxMinor }) => taxMinor > 0)
          ? `Prices include ${taxNames(invoice)}; net amounts are without it.`
          : '',
        invoice.taxes.some(({ category }) => category === 'E') ? 'Lines without tax are exempt from it.' : '',
        invoice.taxes.some(({ category }) => category === 'O') ? 'No tax is charged.' : '',
        settlementOf(invoice),
      ])}`,
  );
}

/** The word that an order was paid. */
export function receiptPage(invoice: Invoice): Html {
  const { subject, currency, seller } = invoice;
  return paper(
    invoice,
    'Receipt',
    html`<h2>Received for ${subject.title}</h2>
      <table>
        <thead>
          <tr>
            <th>Received on</th>
            <th>Through</th>
            <th>Reference</th>
            <th class="amount">Amount</th>
          </tr>
        </thead>
        <tbody>
          ${subject.payments.map(
            ({ at, provider, reference, amountMinor }) =>
              html`<tr>
                <td>${localDate(new Date(at), seller.timeZone)}</td>
                <td>${provider.slice(0, 1).toUpperCase() + provider.slice(1)}</td>
                <td>${reference}</td>
                <td class="amount">${formatMoney({ amountMinor, currency })}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <section class="sums">
        ${rates(invoice)}
        <table>
          ${sumRow('Received', invoice.totalMinor, currency, 'total')}
        </table>
      </section>
      ${notes([`For invoice ${labelOf(invoice)}. ${invoice.taxMinor > 0 ? `Contains ${taxNames(invoice)} as shown.` : ''}`])}`,
  );
}

function paper(invoice: Invoice, kind: string, content: Html): Html {
  const { seller, buyer, subject } = invoice;
  const day = (instant: Date | string): string => localDate(new Date(instant), seller.timeZone);
  return html`<article class="paper">
    <header>
      <div class="seller">
        <strong>${seller.name}</strong>
        ${seller.address && html`<div>${seller.address}</div>`}
        ${seller.taxNumber && html`<div>Tax number ${seller.taxNumber}</div>`}
        ${seller.email && html`<div>${seller.email}</div>`}
      </div>
      <div>
        <div class="kind">${kind}</div>
        <div class="number">${labelOf(invoice)}</div>
      </div>
    </header>
    <section class="about">
      <div>
        <span class="label">${invoice.kind === InvoiceKind.CREDIT_NOTE ? 'Credited to' : 'Billed to'}</span>
        <strong>${buyer.name}</strong>
        <div>${buyer.email}</div>
      </div>
      <dl>
        <dt>Date</dt>
        <dd>${day(invoice.issuedAt)}</dd>
        <dt>Order</dt>
        <dd>${subject.orderNumber}</dd>
        <dt>Paid on</dt>
        <dd>${day(subject.paidAt)}</dd>
        ${
          subject.corrected &&
          html`<dt>Corrects invoice</dt>
            <dd>${subject.corrected.number}</dd>
            <dt>Invoice of</dt>
            <dd>${day(subject.corrected.issuedAt)}</dd>`
        }
      </dl>
    </section>
    ${content}
  </article>`;
}

function lineRow(
  { description, rateBps, category, netMinor, taxMinor, totalMinor, ...price }: InvoiceLine,
  currency: string,
): Html {
  const money = (amountMinor: number): string => formatMoney({ amountMinor, currency });
  return html`<tr>
    <td>
      ${description}
      ${
        price.discountMinor > 0 &&
        html`<small>${money(price.priceMinor)} less ${money(price.discountMinor)} discount</small>`
      }
    </td>
    <td class="amount">${category === 'O' ? '–' : `${percentOf(rateBps)} %`}</td>
    <td class="amount">${money(netMinor)}</td>
    <td class="amount">${money(taxMinor)}</td>
    <td class="amount">${money(totalMinor)}</td>
  </tr>`;
}

function rates({ taxes, currency }: Invoice): Html {
  const money = (amountMinor: number): string => formatMoney({ amountMinor, currency });
  if (taxes.every(({ category }) => category === 'O')) return html`<div></div>`;
  return html`<table class="rates">
    <thead>
      <tr>
        <th>Tax by rate</th>
        <th class="amount">Net</th>
        <th class="amount">Tax</th>
      </tr>
    </thead>
    <tbody>
      ${taxes.map(
        ({ name, rateBps, netMinor, taxMinor }) =>
          html`<tr>
            <td>${name} ${percentOf(rateBps)} %</td>
            <td class="amount">${money(netMinor)}</td>
            <td class="amount">${money(taxMinor)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function sumRow(label: string, amountMinor: number, currency: string, kind = ''): Html {
  return html`<tr class="${kind}">
    <td>${label}</td>
    <td class="amount">${formatMoney({ amountMinor, currency })}</td>
  </tr>`;
}

/** Such as `VAT`, or `VAT and City tax`. */
function taxNames({ taxes }: Invoice): string {
  return [...new Set(taxes.filter(({ taxMinor }) => taxMinor > 0).map(({ name }) => name))].join(' and ');
}

function notes(sentences: string[]): Html {
  return html`<section class="notes">${sentences.filter((sentence) => sentence !== '').map((one) => html`<p>${one}</p>`)}</section>`;
}
