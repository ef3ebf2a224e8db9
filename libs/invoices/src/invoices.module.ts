import { Module } from '@nestjs/common';
import { Auditor, PrintingModule } from '#platform';
import { CatalogueModule } from '#catalogue';
import { ReservationsModule } from '#reservations';
import { InvoiceDocuments } from './documents/invoice-documents.js';
import { InvoicePress } from './documents/invoice-press.js';
import { AccountingExport } from './export/accounting-export.service.js';
import { AccountingResolver } from './export/accounting.resolver.js';
import { ExportRemoval } from './export/export-removal.js';
import { INVOICE_INVARIANTS, JOURNAL_INVARIANTS } from './invariants.js';
import { InvoicesResolver, OrderInvoicesResolver } from './invoices.resolver.js';
import { InvoicesService } from './invoices.service.js';
import { InvoicingProcessor } from './invoicing.processor.js';
import { InvoicingService } from './invoicing.service.js';
import { BookkeepingService } from './journal/bookkeeping.service.js';
import { Journal } from './journal/journal.js';
import { ReversalsService } from './journal/reversals.service.js';
import { SoldLines } from './journal/sold-lines.js';

@Module({
  imports: [CatalogueModule, ReservationsModule],
  providers: [
    Journal,
    SoldLines,
    BookkeepingService,
    ReversalsService,
    InvoicingService,
    InvoicesService,
    InvoicesResolver,
    OrderInvoicesResolver,
    AccountingExport,
    AccountingResolver,
  ],
  exports: [InvoicingService],
})
export class InvoicesModule {
  constructor(auditor: Auditor) {
    auditor.register([...JOURNAL_INVARIANTS, ...INVOICE_INVARIANTS]);
  }
}

/** What works off jobs. */
@Module({
  imports: [InvoicesModule, PrintingModule],
  providers: [InvoicePress, InvoiceDocuments, InvoicingProcessor, ExportRemoval],
})
export class InvoicesWorkerModule {}
