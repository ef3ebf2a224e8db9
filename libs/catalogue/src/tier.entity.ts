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

  @Field(() => Int)
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

  @Field()
  @Column('boolean', { default: true })
  active: boolean;

  @Field(() => Date, { nullable: true })
  @Column('timestamptz', { nullable: true })
  saleStartsAt: Date | null;

  @Field(() => Date, { nullable: true })
  @Column('timestamptz', { nullable: true })
  saleEndsAt: Date | null;

  @Field(() => Int)
  @Column('integer', { default: 1 })
  minPerOrder: number;

  @Field(() => Int)
  @Column('integer', { default: 10 })
  maxPerOrder: number;

  @Column('boolean', { default: false })
  requiresApproval: boolean;

  @Field()
  @Column('boolean', { default: true })
  transferable: boolean;

  /** Is this tier sold at `now`? */
  isOnSale(now: Date): boolean {
    return (
      this.active && (!this.saleStartsAt || this.saleStartsAt <= now) && (!this.saleEndsAt || now < this.saleEndsAt)
    );
  }
}
