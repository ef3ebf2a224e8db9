import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A seat of an order that was somebody else's when its payment came, and the one that was offered for it. */
@Entity('offered_seats')
export class OfferedSeat {
  @PrimaryColumn('uuid')
  lineItemId: string;

  @Column('uuid')
  orderId: string;

  @Column('uuid')
  fromSeatId: string;

  @Column('uuid')
  toSeatId: string;

  @Column('timestamptz')
  offeredAt: Date;
}
