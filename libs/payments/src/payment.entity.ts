import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum PaymentState {
  PENDING = 'PENDING',
  CAPTURED = 'CAPTURED',
  DECLINED = 'DECLINED',
}
registerEnumType(PaymentState, { name: 'PaymentState' });

/** Money in. PENDING becomes CAPTURED or DECLINED by a webhook; a capture that comes after a decline still counts. */
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

  @Column('integer', { nullable: true })
  capturedMinor: number | null;
}
