import { formatMoney } from '#kernel';
import { type Invoice, InvoiceKind, labelOf, settlementOf } from '#invoices';
import { type Letter, letter } from './letter.js';

/** An invoice or a credit note, attached. */
export function invoiceIssued(sender: string, invoice: Invoice): Letter {
  const { kind, subject, totalMinor, currency } = invoice;
  const isInvoice = kind === InvoiceKind.INVOICE;
  const [name, label] = [isInvoice ? 'invoice' : 'credit note', labelOf(invoice)];
  const amount = formatMoney({ amountMinor: totalMinor, currency });
  return letter({
    subject: `Your ${name} ${label}: ${amount}`,
    sender,
    blocks: [
      `Your ${name} is attached.`,
      { headline: amount, below: `${subject.title}, order ${subject.orderNumber}` },
      {
        facts: [
          [isInvoice ? 'Invoice' : 'Credit note', label],
          ...(subject.corrected ? [['Corrects invoice', subject.corrected.number] as [string, string]] : []),
        ],
      },
      settlementOf(invoice),
    ],
  });
}
