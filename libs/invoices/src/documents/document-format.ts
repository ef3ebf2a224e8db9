import { registerEnumType } from '@nestjs/graphql';

export enum DocumentFormat {
  PDF = 'PDF',
  RECEIPT = 'RECEIPT',
  UBL = 'UBL',
}
registerEnumType(DocumentFormat, {
  name: 'InvoiceFormat',
  valuesMap: {
    PDF: { description: 'The invoice or credit note, to print.' },
    RECEIPT: { description: 'The word that it was paid, to print. Not of a credit note.' },
    UBL: { description: 'The electronic invoice for programs: EN 16931 in UBL 2.1.' },
  },
});
