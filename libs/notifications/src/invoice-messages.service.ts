import { Injectable } from '@nestjs/common';
import { Database, Storage } from '#platform';
import { OrganizationsService } from '#catalogue';
import { DocumentFormat, Invoice, InvoiceKind, invoiceDocumentKey, labelOf } from '#invoices';
import { MailingService } from './mailing.service.js';
import { invoiceIssued } from './messages/invoice-issued.js';

/** Invoices and credit notes to who bought. */
@Injectable()
export class InvoiceMessagesService {
  constructor(
    private readonly database: Database,
    private readonly storage: Storage,
    private readonly organizations: OrganizationsService,
    private readonly mailing: MailingService,
  ) {}

  /** With the PDF. What is for programs is downloaded: of a passenger's own tax number nothing is asked. */
  async issued(invoiceId: string): Promise<void> {
    const invoice = await this.database.repository(Invoice).findOneByOrFail({ id: invoiceId });
    const key = invoiceDocumentKey(invoiceId, DocumentFormat.PDF);
    const document = await this.storage.get(key);
    if (!document) throw new Error(`${labelOf(invoice)} was printed, but ${key} is not there`);
    const { name, email } = await this.organizations.get(invoice.organizationId);
    await this.mailing.send({
      dedupeKey: `invoice:${invoiceId}`,
      kind: invoice.kind === InvoiceKind.INVOICE ? 'invoice' : 'credit-note',
      to: { name: invoice.buyer.name, address: invoice.buyer.email },
      replyTo: email,
      letter: invoiceIssued(name, invoice),
      attachments: [{ filename: `${labelOf(invoice)}.pdf`, content: document.body, contentType: 'application/pdf' }],
    });
  }
}
