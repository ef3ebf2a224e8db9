import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum OrderState {
  PENDING = 'PENDING',
  PAID = 'PAID',
  EXPIRED = 'EXPIRED',
  REFUNDED = 'REFUNDED',
  CANCELLED = 'CANCELLED',
}
registerEnumType(OrderState, {
  name: 'OrderState',
  valuesMap: {
    PENDING: { description: 'Waits for its payment.' },
    PAID: { description: 'Paid; its tickets are valid.' },
    EXPIRED: {
      description: 'The hold ended before it was paid. A late payment still counts if all its seats are free.',
    },
    REFUNDED: { description: 'Paid too late, the seats were gone; everything was paid back.' },
    CANCELLED: { description: 'Given up before it was paid.' },
  },
});

/** A purchase. PENDING → PAID | EXPIRED | CANCELLED; EXPIRED → PAID | REFUNDED; CANCELLED → REFUNDED. */
@ObjectType({ description: 'A purchase: one line per seat.' })
@Entity('orders')
export class Order {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Field({ description: 'For people, such as HF-7Q2MXK4D.' })
  @Column('text')
  number: string;

  @Column('uuid')
  reservationId: string;

  @Column('uuid')
  bookableId: string;

  @Column('uuid')
  organizationId: string;

  @Column('uuid', { nullable: true })
  userId: string | null;

  @Field()
  @Column('text')
  name: string;

  @Field()
  @Column('text')
  email: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  phone: string | null;

  @Field()
  @Column('text')
  currency: string;

  @Field(() => Int, { description: 'In minor units, computed here.' })
  @Column('integer')
  totalMinor: number;

  @Field(() => OrderState)
  @Column('text')
  state: OrderState;

  @Field()
  @Column('timestamptz')
  createdAt: Date;

  @Field(() => Date, { nullable: true })
  @Column('timestamptz', { nullable: true })
  paidAt: Date | null;

  @Column('timestamptz', { nullable: true })
  endedAt: Date | null;
}

/** One seat of an order. */
@ObjectType({ description: 'One seat of an order, with its price. Total = price − discount + tax + fee.' })
@Entity('line_items')
export class LineItem {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  orderId: string;

  @Field(() => Int)
  @Column('integer')
  position: number;

  /** A seat, or a place in an area. */
  @Column('uuid', { nullable: true })
  seatId: string | null;

  @Column('uuid', { nullable: true })
  areaId: string | null;

  @Column('uuid')
  tierId: string;

  @Field({ description: 'Such as "Seat 4C, Standard".' })
  @Column('text')
  description: string;

  @Field(() => Int)
  @Column('integer')
  priceMinor: number;

  @Field(() => Int)
  @Column('integer', { default: 0 })
  discountMinor: number;

  @Field(() => Int)
  @Column('integer', { default: 0 })
  taxMinor: number;

  @Field(() => Int)
  @Column('integer', { default: 0 })
  feeMinor: number;

  /** The database checks the sum. */
  @Field(() => Int)
  @Column('integer')
  totalMinor: number;
}
