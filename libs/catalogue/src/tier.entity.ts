import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A price class of a bookable. */
@ObjectType({ description: 'A price class of a bookable: adult, child, early bird.' })
@Entity('tiers')
export class Tier {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  bookableId: string;

  @Field()
  @Column('text')
  name: string;

  @Field(() => Int, {
    description:
      'Its place in the order, from 0. Who names no tier gets the first that is on sale and has places left.',
  })
  @Column('integer')
  position: number;

  @Field(() => Int, {
    nullable: true,
    description: 'In minor units. Null: the fare of the route between the two stops.',
  })
  @Column('integer', { nullable: true })
  priceMinor: number | null;

  @Field(() => Int, { nullable: true, description: 'How many may be sold; null: as many as there are places.' })
  @Column('integer', { nullable: true })
  quantity: number | null;

  /** Places held or sold; counted only while there is a quantity. */
  @Column('integer', { default: 0 })
  taken: number;

  @Field({ description: 'False: not sold any more, or not yet.' })
  @Column('boolean', { default: true })
  active: boolean;

  @Field(() => Date, { nullable: true, description: 'Sold from then on; null: at once.' })
  @Column('timestamptz', { nullable: true })
  saleStartsAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'Sold before then; null: until the departure.' })
  @Column('timestamptz', { nullable: true })
  saleEndsAt: Date | null;

  @Field(() => Int, { description: 'Fewer places of it cannot be had in one order.' })
  @Column('integer', { default: 1 })
  minPerOrder: number;

  @Field(() => Int, { description: 'More places of it cannot be had in one order.' })
  @Column('integer', { default: 10 })
  maxPerOrder: number;

  @Field({ description: 'An organiser decides about every order before it is paid.' })
  @Column('boolean', { default: false })
  requiresApproval: boolean;

  @Field({ description: 'Tickets may be given to somebody else.' })
  @Column('boolean', { default: true })
  transferable: boolean;

  /** Null: the default rate of the organization's country. */
  @Column('uuid', { nullable: true })
  taxRateId: string | null;

  @Field({ description: 'Sold only to whoever has a promo code that unlocks it, and shown to nobody else.' })
  @Column('boolean', { default: false })
  hidden: boolean;

  /** Is this tier sold at `now`? */
  isOnSale(now: Date): boolean {
    return (
      this.active && (!this.saleStartsAt || this.saleStartsAt <= now) && (!this.saleEndsAt || now < this.saleEndsAt)
    );
  }
}
