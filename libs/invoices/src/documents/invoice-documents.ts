import { Injectable } from '@nestjs/common';
import { Database, DomainEvents, Storage } from '#platform';
import { type Invoice, InvoiceKind, labelOf } from '../invoice.entity.js';
import { InvoicePrinted } from '../invoice.events.js';
import { DocumentFormat } from './document-format.js';
import { invoicePage, receiptPage } from './invoice-page.js';
import { InvoicePress } from './invoice-press.js';
import { missingFor, ublOf } from './ubl.js';

/** Where a file of an invoice lies. */
export function invoiceDocumentKey(invoiceId: string, format: DocumentFormat): string {
  const ending = format === DocumentFormat.UBL ? 'xml' : 'pdf';
  return `invoices/${invoiceId}${format === DocumentFormat.RECEIPT ? '-receipt' : ''}.${ending}`;
}

/** Makes the files of an invoice and keeps them in the storage: the same ones when it is done again. */
@Injectable()
export class InvoiceDocuments {
  constructor(
    private readonly database: Database,
    private readonly storage: Storage,
    private readonly press: InvoicePress,
    private readonly events: DomainEvents,
  ) {}

  /** First the files, then the word that they are there. Again: the same files, and the word again. */
  async make(invoice: Invoice): Promise<void> {
    const label = labelOf(invoice);
    if (invoice.kind === InvoiceKind.CREDIT_NOTE) {
      await this.keep(
        invoice,
        DocumentFormat.PDF,
        await this.press.print(`Credit note ${label}`, invoicePage(invoice)),
      );
    } else {
      await this.keep(invoice, DocumentFormat.PDF, await this.press.print(`Invoice ${label}`, invoicePage(invoice)));
      await this.keep(
        invoice,
        DocumentFormat.RECEIPT,
        await this.press.print(`Receipt ${label}`, receiptPage(invoice)),
      );
    }
    if (missingFor(invoice).length === 0) await this.keep(invoice, DocumentFormat.UBL, Buffer.from(ublOf(invoice)));
    await this.database.transaction(() => this.events.publish(new InvoicePrinted(invoice.id)));
  }

  private async keep({ id }: Invoice, format: DocumentFormat, body: Buffer): Promise<void> {
    const isXml = format === DocumentFormat.UBL;
    const key = invoiceDocumentKey(id, format);
    await this.storage.put(key, { body, contentType: isXml ? 'application/xml' : 'application/pdf' });
    await this.database.query(
      `INSERT INTO invoice_documents (invoice_id, format, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [id, format, key],
    );
  }
}
