import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProviderDispute } from './payment-provider.js';

export enum PaymentState {
  PENDING = 'PENDING',
  CAPTURED = 'CAPTURED',
  DECLINED = 'DECLINED',
  VOIDED = 'VOIDED',
  DISPUTED = 'DISPUTED',
  CHARGED_BACK = 'CHARGED_BACK',
}
registerEnumType(PaymentState, {
  name: 'PaymentState',
  valuesMap: {
    PENDING: { description: 'Waits for the passenger.' },
    CAPTURED: { description: 'Money has come in.' },
    DECLINED: { description: 'The provider said no. Check out again for another try.' },
    VOIDED: { description: 'Nothing can be paid on it any more.' },
    DISPUTED: { description: "The passenger's bank asks for the money back; it is not decided yet." },
    CHARGED_BACK: { description: "The passenger's bank has taken the money back." },
  },
});

/** The only moves; the database refuses any other. Providers report in any order: money that comes late still counts. */
export const PAYMENT_MOVES: Readonly<Record<PaymentState, readonly PaymentState[]>> = {
  PENDING: [PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.VOIDED],
  DECLINED: [PaymentState.CAPTURED],
  VOIDED: [PaymentState.CAPTURED],
  CAPTURED: [PaymentState.DISPUTED, PaymentState.CHARGED_BACK],
  DISPUTED: [PaymentState.CAPTURED, PaymentState.CHARGED_BACK],
  CHARGED_BACK: [],
};

/** Money in: one try to pay. Each unit that came in is applied to something, sent back, or still open. */
@ObjectType({ description: 'One try to pay for an order.' })
@Entity('payments')
export class Payment {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  provider: string;

  /** The provider's own id, once it has given one. */
  @Column('text', { nullable: true })
  providerReference: string | null;

  /** What is paid for: an order, but this library does not know. */
  @Column('uuid')
  reference: string;

  @Field(() => Int)
  @Column('integer')
  amountMinor: number;

  @Field()
  @Column('text')
  currency: string;

  @Field(() => PaymentState)
  @Column('text')
  state: PaymentState;

  @Field(() => String, { nullable: true, description: 'Where the passenger pays.' })
  @Column('text', { nullable: true })
  payUrl: string | null;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  settledAt: Date | null;

  @Field(() => Int, { description: 'What has come in so far.' })
  @Column('integer', { default: 0 })
  capturedMinor: number;

  /** In which it came in; money of another currency than was asked for goes back. */
  @Column('text', { nullable: true })
  capturedCurrency: string | null;

  /** What of it pays for something. */
  @Column('integer', { default: 0 })
  appliedMinor: number;

  /** What of the rest went back or is on its way. The database keeps both sums within what came in. */
  @Column('integer', { default: 0 })
  returnedMinor: number;

  /** The gravest that was told of a dispute, perhaps before the money was. */
  @Column('text', { nullable: true })
  dispute: ProviderDispute['state'] | null;

  /** What the payer's bank has taken for good, by the provider's word. */
  @Column('integer', { default: 0 })
  lostMinor: number;

  /** When the provider was asked last how it stands. */
  @Column('timestamptz', { nullable: true })
  askedAt: Date | null;

  /** When it is asked next, once it is not PENDING any more; null: never. */
  @Column('timestamptz', { nullable: true })
  nextAskAt: Date | null;
}

/** Which part of a payment pays for what. */
@Entity('payment_applications')
export class PaymentApplication {
  @PrimaryColumn('uuid')
  paymentId: string;

  @PrimaryColumn('uuid')
  reference: string;

  @Column('integer')
  appliedMinor: number;

  /** Given back of it since. */
  @Column('integer', { default: 0 })
  refundedMinor: number;
}
