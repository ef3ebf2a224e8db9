import { Injectable } from '@nestjs/common';
import { Database, Storage } from '#platform';
import { type Invoice, InvoiceKind, labelOf } from '../invoice.entity.js';
import { DocumentFormat } from './document-format.js';
import { invoicePage, receiptPage } from './invoice-page.js';
import { InvoicePress } from './invoice-press.js';
import { missingFor, ublOf } from './ubl.js';

/** Makes the files of an invoice and keeps them in the storage: the same ones when it is done again. */
@Injectable()
export class InvoiceDocuments {
  constructor(
    private readonly database: Database,
    private readonly storage: Storage,
    private readonly press: InvoicePress,
  ) {}

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
  }

  /** First the file, then the word that it is there. */
  private async keep({ id }: Invoice, format: DocumentFormat, body: Buffer): Promise<void> {
    const isXml = format === DocumentFormat.UBL;
    const key = `invoices/${id}${format === DocumentFormat.RECEIPT ? '-receipt' : ''}.${isXml ? 'xml' : 'pdf'}`;
    await this.storage.put(key, { body, contentType: isXml ? 'application/xml' : 'application/pdf' });
    await this.database.query(
      `INSERT INTO invoice_documents (invoice_id, format, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [id, format, key],
    );
  }
}
