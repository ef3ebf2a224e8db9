import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum PromoKind {
  PERCENT = 'PERCENT',
  FIXED = 'FIXED',
  FIXED_PER_PLACE = 'FIXED_PER_PLACE',
  N_FOR_M = 'N_FOR_M',
}
registerEnumType(PromoKind, {
  name: 'PromoKind',
  valuesMap: {
    PERCENT: { description: 'percentBps off the places it is valid for.' },
    FIXED: { description: 'amountMinor off the order, shared among its places by their prices.' },
    FIXED_PER_PLACE: { description: 'amountMinor off each place.' },
    N_FOR_M: { description: 'Of every takePlaces only payPlaces are paid: the cheapest are free.' },
  },
});

export enum PromoAudience {
  EVERYBODY = 'EVERYBODY',
  ACCOUNTS = 'ACCOUNTS',
  NEW_CUSTOMERS = 'NEW_CUSTOMERS',
}
registerEnumType(PromoAudience, {
  name: 'PromoAudience',
  valuesMap: {
    EVERYBODY: { description: 'Also without an account.' },
    ACCOUNTS: { description: 'Whoever is logged in.' },
    NEW_CUSTOMERS: { description: 'Who has bought nothing here yet.' },
  },
});

/** PostgreSQL gives a bigint as text; sums of money are far below 2^53. */
const bigint = {
  from: (value: string | null) => (value === null ? null : Number(value)),
  to: (value: unknown) => value,
};

/**
 * A promo code, or a discount that is given by itself. Its three counters are what is claimed at this moment; they rise
 * and fall by conditional statements alone (`promo-uses.ts`), and constraints keep them within their limits.
 */
@ObjectType({ description: 'A promo code, or a discount that is given by itself when it has no code.' })
@Entity('promos')
export class Promo {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Field(() => String, { nullable: true, description: 'In capitals. Null: given by itself.' })
  @Column('text', { nullable: true })
  code: string | null;

  @Field({ description: 'What passengers read beside the discount.' })
  @Column('text')
  name: string;

  @Field(() => PromoKind)
  @Column('text')
  kind: PromoKind;

  @Field(() => Int, { nullable: true, description: 'Hundredths of a percent: 1250 is 12.5 %.' })
  @Column('integer', { nullable: true })
  percentBps: number | null;

  @Field(() => Int, { nullable: true, description: 'In minor units of the currency.' })
  @Column('integer', { nullable: true })
  amountMinor: number | null;

  @Field(() => Int, { nullable: true })
  @Column('integer', { nullable: true })
  takePlaces: number | null;

  @Field(() => Int, { nullable: true })
  @Column('integer', { nullable: true })
  payPlaces: number | null;

  @Field(() => String, { nullable: true, description: 'ISO 4217, of amount, budget and minimum.' })
  @Column('text', { nullable: true })
  currency: string | null;

  @Field({ description: 'What is not active is given to nobody.' })
  @Column('boolean', { default: true })
  active: boolean;

  @Field(() => Date, { nullable: true })
  @Column('timestamptz', { nullable: true })
  startsAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'From this moment on it is no longer valid.' })
  @Column('timestamptz', { nullable: true })
  endsAt: Date | null;

  @Field(() => Int, { nullable: true, description: 'Orders that may use it.' })
  @Column('integer', { nullable: true })
  mostUses: number | null;

  @Field(() => Int, { nullable: true, description: 'Orders of one customer that may use it.' })
  @Column('integer', { nullable: true })
  mostUsesPerCustomer: number | null;

  @Field(() => Int, { nullable: true, description: 'Places that may have it, of all orders together.' })
  @Column('integer', { nullable: true })
  mostPlaces: number | null;

  @Field(() => Float, { nullable: true, description: 'What it may cost in all, in minor units; a whole number.' })
  @Column('bigint', { nullable: true, transformer: bigint })
  budgetMinor: number | null;

  @Field(() => Int, { nullable: true, description: 'Price of the places that it is valid for, before discounts.' })
  @Column('integer', { nullable: true })
  minimumMinor: number | null;

  @Field(() => Int, { nullable: true, description: 'Of the places that it is valid for.' })
  @Column('integer', { nullable: true })
  minimumPlaces: number | null;

  @Field(() => Int, { nullable: true, description: 'So many places of one order may have it: the cheapest.' })
  @Column('integer', { nullable: true })
  mostPlacesPerOrder: number | null;

  @Field(() => PromoAudience)
  @Column('text', { default: PromoAudience.EVERYBODY })
  audience: PromoAudience;

  @Field(() => Int, { description: 'Orders that have it now; lapsed and refunded ones have given it back.' })
  @Column('integer', { default: 0 })
  uses: number;

  @Field(() => Int, { description: 'Places that have it now.' })
  @Column('integer', { default: 0 })
  placesUsed: number;

  @Field(() => Float, { description: 'What it costs now, in minor units; a whole number.' })
  @Column('bigint', { default: 0, transformer: bigint })
  budgetUsedMinor: number;

  @Field()
  @Column('timestamptz')
  createdAt: Date;

  @Field(() => [ID], { description: 'Trips and events that it is valid for; empty: all of the organization.' })
  bookableIds: string[];

  @Field(() => [ID], { description: 'Tiers that it is valid for, besides those it unlocks; empty: all.' })
  tierIds: string[];

  @Field(() => [ID], { description: 'Hidden tiers that can be bought with this code.' })
  unlockedTierIds: string[];
}
