import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum Account {
  PROVIDER = 'PROVIDER',
  DEPOSITS = 'DEPOSITS',
  REFUNDS_DUE = 'REFUNDS_DUE',
  SALES = 'SALES',
  DISCOUNTS = 'DISCOUNTS',
  FEES = 'FEES',
  TAX = 'TAX',
  CHARGEBACKS = 'CHARGEBACKS',
}
registerEnumType(Account, {
  name: 'Account',
  description: 'The chart of accounts.',
  valuesMap: {
    PROVIDER: { description: 'Money at the payment provider.' },
    DEPOSITS: { description: 'What customers have paid and not bought anything with yet.' },
    REFUNDS_DUE: { description: 'What goes back to customers and is not back yet.' },
    SALES: { description: 'Revenue of tickets, before discounts and without tax.' },
    DISCOUNTS: { description: 'What promo codes and automatic discounts took off the prices, without tax.' },
    FEES: { description: 'Revenue of fees, without tax.' },
    TAX: { description: 'Tax on what was sold.' },
    CHARGEBACKS: { description: 'What banks have taken back.' },
  },
});

export enum EntryKind {
  CAPTURE = 'CAPTURE',
  SALE = 'SALE',
  RETURN = 'RETURN',
  REFUND = 'REFUND',
  SETTLEMENT = 'SETTLEMENT',
  BOUNCE = 'BOUNCE',
  CHARGEBACK = 'CHARGEBACK',
  EXCHANGE = 'EXCHANGE',
  REVERSAL = 'REVERSAL',
}
registerEnumType(EntryKind, {
  name: 'JournalEntryKind',
  valuesMap: {
    CAPTURE: { description: 'Money came in.' },
    SALE: { description: 'It paid for an order.' },
    RETURN: { description: 'It paid for nothing and has to go back.' },
    REFUND: { description: 'What was sold was given back, and its money has to go back.' },
    SETTLEMENT: { description: 'A refund reached the customer.' },
    BOUNCE: { description: 'A refund came back to the provider.' },
    CHARGEBACK: { description: 'A bank took a payment back.' },
    EXCHANGE: { description: 'What was sold was given back, and its money pays for something else.' },
    REVERSAL: {
      description: 'What was sold ended, and nothing goes back: a bank took its money back, or it had cost nothing.',
    },
  },
});

@ObjectType({ description: 'One side of a journal entry: a debit or a credit.' })
export class JournalLine {
  @Field(() => Account)
  account: Account;

  @Field(() => Int)
  debitMinor: number;

  @Field(() => Int)
  creditMinor: number;
}

@ObjectType({ description: 'Something that happened to money. Its debits are its credits; it never changes.' })
export class JournalEntry {
  @Field(() => ID)
  id: string;

  @Field(() => EntryKind)
  kind: EntryKind;

  @Field()
  currency: string;

  @Field()
  at: Date;

  @Field(() => ID)
  orderId: string;

  @Field(() => ID, { nullable: true })
  paymentId: string | null;

  @Field(() => ID, { nullable: true })
  refundId: string | null;

  @Field(() => [JournalLine])
  lines: JournalLine[];
}
