import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum RefundState {
  REQUESTED = 'REQUESTED',
  SENT = 'SENT',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  COVERED = 'COVERED',
}
registerEnumType(RefundState, {
  name: 'RefundState',
  valuesMap: {
    REQUESTED: { description: 'Decided; the provider is being asked.' },
    SENT: { description: 'The provider has it and is paying back.' },
    SUCCEEDED: { description: 'The money is back.' },
    FAILED: { description: 'The provider could not pay back; it is asked again later.' },
    COVERED: {
      description: "The passenger's bank has taken the payment back: the provider can pay back nothing of it.",
    },
  },
});

/** The only moves; the database refuses any other. */
export const REFUND_MOVES: Readonly<Record<RefundState, readonly RefundState[]>> = {
  REQUESTED: [RefundState.SENT, RefundState.SUCCEEDED, RefundState.FAILED, RefundState.COVERED],
  SENT: [RefundState.SUCCEEDED, RefundState.FAILED],
  // A bank may send money back days after it was paid out.
  SUCCEEDED: [RefundState.FAILED],
  FAILED: [RefundState.REQUESTED, RefundState.COVERED],
  COVERED: [],
};

export enum RefundReason {
  GIVEN_BACK = 'GIVEN_BACK',
  CANCELLED_BY_ORGANISER = 'CANCELLED_BY_ORGANISER',
  EXCHANGED = 'EXCHANGED',
  TOO_LATE = 'TOO_LATE',
  NOT_WANTED = 'NOT_WANTED',
  TWICE = 'TWICE',
  TOO_MUCH = 'TOO_MUCH',
  TOO_LITTLE = 'TOO_LITTLE',
  WRONG_CURRENCY = 'WRONG_CURRENCY',
}
registerEnumType(RefundReason, {
  name: 'RefundReason',
  valuesMap: {
    GIVEN_BACK: { description: 'The passenger gave a ticket back.' },
    CANCELLED_BY_ORGANISER: { description: 'The trip or event was cancelled.' },
    EXCHANGED: { description: 'The other trip is cheaper.' },
    TOO_LATE: { description: 'Paid when the places were gone.' },
    NOT_WANTED: { description: 'Paid for an order that had been cancelled.' },
    TWICE: { description: 'The order was paid already.' },
    TOO_MUCH: { description: 'More came in than was asked for.' },
    TOO_LITTLE: { description: 'Less came in than was asked for, and the rest did not follow in time.' },
    WRONG_CURRENCY: { description: 'It came in in another currency.' },
  },
});

/** Money back through the provider that took it. `reasonKey` makes it happen once. */
@ObjectType({ description: 'Money that goes back.' })
@Entity('refunds')
export class Refund {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  paymentId: string;

  /** Such as `ticket:<id>`. */
  @Column('text')
  reasonKey: string;

  @Field(() => RefundReason)
  @Column('text')
  reason: RefundReason;

  /** What it was paid for; null when it never paid for anything. */
  @Column('uuid', { nullable: true })
  reference: string | null;

  @Field(() => Int)
  @Column('integer')
  amountMinor: number;

  @Field()
  @Column('text')
  currency: string;

  @Field(() => RefundState)
  @Column('text')
  state: RefundState;

  @Column('text', { nullable: true })
  providerReference: string | null;

  /** Each has a key of its own at the provider. */
  @Column('integer', { default: 0 })
  attempts: number;

  @Column('timestamptz', { nullable: true })
  askedAt: Date | null;

  /** When the provider is asked whether it has stayed there, once it has SUCCEEDED; null: never again. */
  @Column('timestamptz', { nullable: true })
  nextAskAt: Date | null;

  @Field()
  @Column('timestamptz')
  createdAt: Date;

  @Field(() => Date, { nullable: true })
  @Column('timestamptz', { nullable: true })
  settledAt: Date | null;
}
