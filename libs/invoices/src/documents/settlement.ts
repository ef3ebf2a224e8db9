import { type Invoice, InvoiceKind } from '../invoice.entity.js';

/** In a sentence, what becomes of the amount of a document. */
export function settlementOf({ kind, subject }: Invoice): string {
  if (kind === InvoiceKind.INVOICE) return 'Paid in full. Nothing is left to pay.';
  if (subject.isChargedBack) return 'The bank of the payer has taken the amount back. Nothing is left to pay back.';
  return subject.exchangedFor === null
    ? 'The amount goes back to the means of payment that was used.'
    : `The amount pays for order ${subject.exchangedFor}, for which it was exchanged.`;
}
