import { Injectable } from '@nestjs/common';
import { Database, DownloadLinks, badInput, notFound } from '#platform';
import { type Principal, may } from '#identity';
import { Order, Reservation, SessionTokens } from '#reservations';
import { DocumentNotReady, DownloadLink } from '#tickets';
import { DocumentFormat } from './documents/document-format.js';
import { missingFor } from './documents/ubl.js';
import { Invoice, InvoiceKind, labelOf } from './invoice.entity.js';
import { NoElectronicInvoice } from './invoice.refusals.js';

/** Invoices and credit notes for those who may read them. */
@Injectable()
export class InvoicesService {
  constructor(
    private readonly database: Database,
    private readonly tokens: SessionTokens,
    private readonly links: DownloadLinks,
  ) {}

  /** `null` while it is being issued, and for an order that cost nothing. */
  async ofOrder(orderId: string): Promise<Invoice | null> {
    return await this.database.repository(Invoice).findOneBy({ orderId, kind: InvoiceKind.INVOICE });
  }

  /** The oldest first. */
  async creditNotesOf(orderId: string): Promise<Invoice[]> {
    return await this.database
      .repository(Invoice)
      .find({ where: { orderId, kind: InvoiceKind.CREDIT_NOTE }, order: { number: 'ASC' } });
  }

  /**
   * A link that works for some minutes: for the passenger, with or without an account, and for the organization.
   * @throws NOT_FOUND also when it is somebody else's; DocumentNotReady, NoElectronicInvoice
   */
  async download(
    principal: Principal | undefined,
    id: string,
    format: DocumentFormat,
    sessionToken?: string,
  ): Promise<DownloadLink> {
    const invoice = await this.database.repository(Invoice).findOneBy({ id });
    if (!invoice || !(await this.mayRead(principal, invoice, sessionToken))) throw notFound('invoice', id);
    if (format === DocumentFormat.RECEIPT && invoice.kind === InvoiceKind.CREDIT_NOTE)
      throw badInput('A credit note has no receipt. Ask for its PDF.', 'format');
    const missing = format === DocumentFormat.UBL ? missingFor(invoice) : [];
    if (missing.length > 0) throw new NoElectronicInvoice(missing);
    const [document] = await this.database.query<{ key: string }>(
      `SELECT key FROM invoice_documents WHERE invoice_id = $1 AND format = $2`,
      [id, format],
    );
    if (!document) throw new DocumentNotReady(invoice.kind === InvoiceKind.INVOICE ? 'invoice' : 'credit note');
    const prefix = format === DocumentFormat.RECEIPT ? 'receipt-' : '';
    const name = `${prefix}${labelOf(invoice)}.${format === DocumentFormat.UBL ? 'xml' : 'pdf'}`;
    return Object.assign(new DownloadLink(), this.links.create(document.key, name));
  }

  private async mayRead(
    principal: Principal | undefined,
    { orderId, organizationId }: Invoice,
    sessionToken: string | undefined,
  ): Promise<boolean> {
    const { reservationId, userId } = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    if (may('invoice.read', principal, { organizationId, ownerId: userId })) return true;
    const reservation = await this.database.repository(Reservation).findOneByOrFail({ id: reservationId });
    return this.tokens.matches(reservation, sessionToken ?? '');
  }
}
