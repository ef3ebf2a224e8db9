export { DocumentFormat } from './documents/document-format.js';
export { invoiceDocumentKey } from './documents/invoice-documents.js';
export { settlementOf } from './documents/settlement.js';
export { Invoice, InvoiceKind, labelOf } from './invoice.entity.js';
export { InvoicePrinted } from './invoice.events.js';
export { InvoicesModule, InvoicesWorkerModule } from './invoices.module.js';
