import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefundTerms } from '#kernel';
import type { LineTax } from './pricing.js';

export enum OrderState {
  AWAITING_APPROVAL = 'AWAITING_APPROVAL',
  PENDING = 'PENDING',
  PAID = 'PAID',
  EXPIRED = 'EXPIRED',
  OFFERED = 'OFFERED',
  REFUNDED = 'REFUNDED',
  CANCELLED = 'CANCELLED',
  CHARGED_BACK = 'CHARGED_BACK',
}
registerEnumType(OrderState, {
  name: 'OrderState',
  valuesMap: {
    AWAITING_APPROVAL: { description: 'The organiser has to agree before it can be paid; the places are held.' },
    PENDING: { description: 'Waits for its payment.' },
    PAID: { description: 'Paid; its tickets are valid.' },
    EXPIRED: {
      description: 'The hold ended before it was paid. A late payment still counts if all its seats are free.',
    },
    OFFERED: { description: 'Paid too late, but equivalent seats are held for it: see seatOffer.' },
    REFUNDED: { description: 'Paid too late, the seats were gone; everything was paid back.' },
    CANCELLED: { description: 'Given up before it was paid, or not approved.' },
    CHARGED_BACK: { description: "The passenger's bank has taken the money back; its tickets are void." },
  },
});

/** The only moves; the database refuses any other. */
export const ORDER_MOVES: Readonly<Record<OrderState, readonly OrderState[]>> = {
  AWAITING_APPROVAL: [OrderState.PENDING, OrderState.EXPIRED, OrderState.CANCELLED],
  PENDING: [OrderState.PAID, OrderState.EXPIRED, OrderState.CANCELLED, OrderState.REFUNDED],
  // A late payment: its places are still free, or others like them, or none.
  EXPIRED: [OrderState.PAID, OrderState.OFFERED, OrderState.REFUNDED],
  // Accepted it is an order like any other that waits for its payment, for the moment until it is settled.
  OFFERED: [OrderState.PENDING, OrderState.REFUNDED],
  CANCELLED: [OrderState.REFUNDED],
  PAID: [OrderState.CHARGED_BACK],
  REFUNDED: [],
  CHARGED_BACK: [],
};

/** A purchase. What was agreed with the passenger is kept as it was. */
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

  @Field({ description: 'The tax is in the prices; otherwise it is on top of them.' })
  @Column('boolean', { default: true })
  taxIncluded: boolean;

  @Column('jsonb')
  refundTerms: RefundTerms;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  promoCode: string | null;

  /** The order whose tickets are given for this one. */
  @Column('uuid', { nullable: true })
  exchangeOf: string | null;

  @Column('uuid', { array: true, default: '{}' })
  exchangedTicketIds: string[];

  @Field(() => Int, { description: 'What the tickets that are given for it count for; 0 when it is no exchange.' })
  @Column('integer', { default: 0 })
  creditMinor: number;

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

  @Field(() => Int, { description: 'What has to be paid: the total, less what is given for it.' })
  get dueMinor(): number {
    return Math.max(0, this.totalMinor - this.creditMinor);
  }
}

/** One seat of an order. */
@ObjectType({
  description:
    'One seat of an order, with its price. Total = price − discount + fee, and the tax where it is not included.',
})
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

  @Column('boolean', { default: true })
  taxIncluded: boolean;

  /** The rate as it was when it was sold. */
  @Column('jsonb', { nullable: true })
  tax: LineTax | null;

  /** The database checks the sum. */
  @Field(() => Int)
  @Column('integer')
  totalMinor: number;
}
