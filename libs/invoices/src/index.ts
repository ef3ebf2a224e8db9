export { Invoice } from './invoice.entity.js';
export { InvoicesModule, InvoicesWorkerModule } from './invoices.module.js';
