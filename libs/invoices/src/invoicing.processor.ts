import { Processor } from '@nestjs/bull';
import { Eventually } from '#platform';
import { PaymentChargedBack, RefundRequested } from '#payments';
import { OrderExchanged, OrderPaid } from '#reservations';
import { InvoiceDocuments } from './documents/invoice-documents.js';
import { InvoicingService } from './invoicing.service.js';

/** Invoices of one organization wait for each other's number; those of others, and the prints, need not. */
const AT_ONCE = 4;

@Processor('invoices')
export class InvoicingProcessor {
  constructor(
    private readonly invoicing: InvoicingService,
    private readonly documents: InvoiceDocuments,
  ) {}

  @Eventually(OrderPaid, 'issue-invoice', AT_ONCE)
  async invoice({ orderId }: OrderPaid): Promise<void> {
    const invoice = await this.invoicing.invoice(orderId);
    if (invoice) await this.documents.make(invoice);
  }

  @Eventually(RefundRequested, 'issue-credit-note', AT_ONCE)
  async creditNote({ refundId }: RefundRequested): Promise<void> {
    const creditNote = await this.invoicing.creditNote(refundId);
    if (creditNote) await this.documents.make(creditNote);
  }

  @Eventually(OrderExchanged, 'issue-exchange-note')
  async exchangeNote({ orderId }: OrderExchanged): Promise<void> {
    const creditNote = await this.invoicing.exchangeNote(orderId);
    if (creditNote) await this.documents.make(creditNote);
  }

  @Eventually(PaymentChargedBack, 'issue-loss-notes')
  async lossNotes({ paymentId }: PaymentChargedBack): Promise<void> {
    for (const creditNote of await this.invoicing.lossNotes(paymentId)) await this.documents.make(creditNote);
  }
}
