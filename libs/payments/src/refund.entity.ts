import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Money back: REQUESTED until the provider has done it. `reasonKey` makes it happen once. */
@Entity('refunds')
export class Refund {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  paymentId: string;

  /** Such as `ticket:<id>`. */
  @Column('text')
  reasonKey: string;

  @Column('integer')
  amountMinor: number;

  @Column('text')
  state: 'REQUESTED' | 'SUCCEEDED';

  @Column('text', { nullable: true })
  providerReference: string | null;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  settledAt: Date | null;
}
