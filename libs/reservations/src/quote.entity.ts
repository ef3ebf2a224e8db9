import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefundTerms } from '#kernel';
import type { LinePrice, LineTax } from './pricing.js';

/** One place of a quote. */
@ObjectType({
  description: 'One place, with its price. Total = price − discount + fee, and the tax where it is not included.',
})
export class QuoteLine implements LinePrice {
  seatId: string | null;
  areaId: string | null;
  tierId: string;
  tax: LineTax | null;

  @Field({ description: 'Such as "Seat 4C, Standard".' })
  description: string;

  @Field(() => Int)
  priceMinor: number;

  @Field(() => Int)
  discountMinor: number;

  @Field(() => Int)
  feeMinor: number;

  @Field(() => Int)
  taxMinor: number;

  @Field(() => Int)
  totalMinor: number;
}

/** A discount and where it comes from. */
@ObjectType({ description: 'A discount: of a promo code, or one that everybody gets.' })
export class QuoteDiscount {
  promoId: string;
  /** By place, in minor units. */
  perPlace: number[];
  /** The places that count for its limits. */
  covered: boolean[];

  @Field(() => String, { nullable: true, description: 'Null: it needs no code.' })
  code: string | null;

  @Field()
  name: string;

  @Field(() => Int)
  amountMinor: number;
}

/** What a reservation costs, as the passenger was told. It holds until the reservation ends. */
@ObjectType({
  description:
    'What a reservation costs and what comes back when a ticket is cancelled. It holds until the reservation ends.',
})
@Entity('quotes')
export class Quote {
  @Field(() => ID, { description: 'Give it to checkOut: the order is what was quoted.' })
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  reservationId: string;

  /** Of the places that it is for. */
  @Column('text')
  placesHash: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  promoCode: string | null;

  @Field()
  @Column('text')
  currency: string;

  @Field({ description: 'The tax is in the prices; otherwise it is on top of them.' })
  @Column('boolean')
  taxIncluded: boolean;

  @Column('jsonb')
  refundTerms: RefundTerms;

  @Field(() => [QuoteLine])
  @Column('jsonb')
  lines: QuoteLine[];

  @Field(() => [QuoteDiscount])
  @Column('jsonb')
  discounts: QuoteDiscount[];

  @Field(() => Int, { description: 'In minor units.' })
  @Column('integer')
  totalMinor: number;

  @Column('timestamptz')
  createdAt: Date;
}
