/** The files of an invoice or credit note are in the storage. */
export class InvoicePrinted {
  static readonly type = 'invoice.printed';
  constructor(readonly invoiceId: string) {}
}
