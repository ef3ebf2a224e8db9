import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum InvoiceKind {
  INVOICE = 'INVOICE',
  CREDIT_NOTE = 'CREDIT_NOTE',
}
registerEnumType(InvoiceKind, {
  name: 'InvoiceKind',
  valuesMap: {
    INVOICE: { description: 'What was bought.' },
    CREDIT_NOTE: { description: 'What of it was given back.' },
  },
});

/** UNTDID 5305: standard or reduced rate, zero rate, exempt, outside the scope of tax. */
export type TaxCategory = 'S' | 'Z' | 'E' | 'O';

@ObjectType({ description: 'Who sells.' })
export class Seller {
  @Field()
  name: string;

  @Field(() => String, { nullable: true })
  address: string | null;

  @Field(() => String, { nullable: true })
  taxNumber: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166 alpha-2.' })
  country: string | null;

  @Field(() => String, { nullable: true })
  email: string | null;

  /** Days on documents are days there. */
  timeZone: string;
}

@ObjectType({ description: 'Who buys.' })
export class Buyer {
  @Field()
  name: string;

  @Field()
  email: string;
}

/** What a document is about. */
export interface InvoiceSubject {
  orderNumber: string;
  /** Of the trip or event. */
  title: string;
  paidAt: string;
  taxIncluded: boolean;
  /** What paid for it; nothing on a credit note. */
  payments: { provider: string; reference: string | null; at: string; amountMinor: number }[];
  /** Of a credit note. */
  corrected: { number: string; issuedAt: string } | null;
  /** Of a credit note: the order that its amount pays for instead of going back. */
  exchangedFor: string | null;
  /** Of a credit note: nothing goes back, a bank has taken the amount already. */
  isChargedBack: boolean;
}

@ObjectType({ description: 'A line of an invoice.' })
export class InvoiceLine {
  @Field({ description: 'Such as "Seat 4C, Standard".' })
  description: string;

  @Field(() => Int, { description: 'After discounts, without tax.' })
  netMinor: number;

  @Field(() => Int)
  taxMinor: number;

  @Field(() => Int)
  totalMinor: number;

  /** What the price was and what went off it, as it was quoted; 0 and 0 for what has no discount. */
  priceMinor: number;
  discountMinor: number;
  category: TaxCategory;
  rateBps: number;
}

@ObjectType({ description: 'What is taxed at one rate, and the tax on it.' })
export class InvoiceTax {
  @Field()
  name: string;

  @Field(() => String, { description: 'UNTDID 5305: S, Z, E or O.' })
  category: TaxCategory;

  @Field(() => Float)
  get percent(): number {
    return this.rateBps / 100;
  }
  rateBps: number;

  @Field(() => Int)
  netMinor: number;

  @Field(() => Int)
  taxMinor: number;
}

const asTax = {
  to: (taxes: InvoiceTax[]): unknown => taxes,
  from: (taxes: object[]): InvoiceTax[] => taxes.map((tax) => Object.assign(new InvoiceTax(), tax)),
};

/** An invoice or a credit note, with everything as it was when it was issued. It never changes. */
@ObjectType({ description: 'An invoice or a credit note. It never changes.' })
@Entity('invoices')
export class Invoice {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Field(() => InvoiceKind)
  @Column('text')
  kind: InvoiceKind;

  /** Without gaps for each organization and kind. */
  @Column('integer')
  number: number;

  @Column('uuid')
  orderId: string;

  @Column('uuid', { nullable: true })
  correctedId: string | null;

  @Column('uuid', { nullable: true })
  refundId: string | null;

  /** The order that was exchanged for it. */
  @Column('uuid', { nullable: true })
  exchangeId: string | null;

  /** Of tickets that a bank took the money of back: the journal entry. */
  @Column('uuid', { nullable: true })
  lossId: string | null;

  @Field()
  @Column('timestamptz')
  issuedAt: Date;

  @Field()
  @Column('text')
  currency: string;

  @Field(() => Int)
  @Column('integer')
  netMinor: number;

  @Field(() => Int)
  @Column('integer')
  taxMinor: number;

  @Field(() => Int)
  @Column('integer')
  totalMinor: number;

  @Field(() => Seller)
  @Column('jsonb')
  seller: Seller;

  @Field(() => Buyer)
  @Column('jsonb')
  buyer: Buyer;

  @Column('jsonb')
  subject: InvoiceSubject;

  @Field(() => [InvoiceLine])
  @Column('jsonb')
  lines: InvoiceLine[];

  @Field(() => [InvoiceTax], { description: 'By rate.' })
  @Column('jsonb', { transformer: asTax })
  taxes: InvoiceTax[];
}

/** The number as it is printed: `INV-000042`, `CN-000007`. */
export function labelOf({ kind, number }: Pick<Invoice, 'kind' | 'number'>): string {
  return `${kind === InvoiceKind.INVOICE ? 'INV' : 'CN'}-${`${number}`.padStart(6, '0')}`;
}
