import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefundTerms } from '#kernel';

/** An operator or promoter: it owns everything below it. */
@ObjectType({ description: 'An operator or promoter. It owns its seat maps, routes, trips, venues and events.' })
@Entity('organizations')
export class Organization {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Field()
  @Column('text')
  name: string;

  @Field({ description: 'Short name for addresses, unique.' })
  @Column('text')
  slug: string;

  @Field({ description: 'ISO 4217.' })
  @Column('text')
  currency: string;

  @Field({ description: 'IANA time zone.' })
  @Column('text')
  timeZone: string;

  @Field(() => String, { nullable: true, description: 'Where passengers ask.' })
  @Column('text', { nullable: true })
  email: string | null;

  @Column('text', { nullable: true })
  externalId: string | null;

  @Field(() => Int, { description: 'How long a reservation holds its seats, in minutes.' })
  @Column('integer', { default: 15 })
  holdMinutes: number;

  @Field(() => Int, { description: 'How often a passenger may extend a reservation, each time by holdMinutes.' })
  @Column('integer', { default: 2 })
  mostExtensions: number;

  @Field(() => Int, { description: 'No reservation is held longer than this in all, however often it is extended.' })
  @Column('integer', { default: 60 })
  holdCapMinutes: number;

  @Field(() => Int, { description: 'Open reservations of one trip or event that an account may have.' })
  @Column('integer', { default: 5 })
  mostOpenReservations: number;

  @Field(() => Int, { description: 'The same for everybody without an account behind one internet address.' })
  @Column('integer', { default: 20 })
  mostOpenPerAddress: number;

  @Field(() => Int, {
    description:
      'Places of one trip or event that a reservation may have, and an account in all, bought ones included.',
  })
  @Column('integer', { default: 50 })
  mostPlaces: number;

  @Field(() => Int, { description: "Tickets are valid at the door so many hours before the passenger's departure." })
  @Column('integer', { default: 24 })
  boardingOpensHours: number;

  @Field(() => Int, { description: 'Cancelling gives everything back until so many hours before departure.' })
  @Column('integer', { default: 24 })
  refundFullUntilHours: number;

  @Field(() => Int, { description: 'After that a part, until so many hours before departure; then nothing.' })
  @Column('integer', { default: 2 })
  refundPartialUntilHours: number;

  @Field(() => Int, { description: 'That part, in percent.' })
  @Column('integer', { default: 50 })
  refundPartialPercent: number;

  @Field(() => String, { nullable: true, description: 'Where it is taxed: ISO 3166 alpha-2, such as GB.' })
  @Column('text', { nullable: true })
  country: string | null;

  @Field({ description: 'Prices contain the tax; otherwise it is added to them.' })
  @Column('boolean', { default: true })
  taxInclusive: boolean;

  @Field(() => Int, { description: 'Fee for each place, in minor units.' })
  @Column('integer', { default: 0 })
  feeMinor: number;

  @Field(() => Int, { description: 'Fee for each place in basis points of its price after discount: 250 are 2.5 %.' })
  @Column('integer', { default: 0 })
  feeBps: number;

  @Field({ description: 'Fees go back with a refund that is asked for; otherwise they are kept.' })
  @Column('boolean', { default: false })
  feeRefundable: boolean;

  @Field(() => String, { nullable: true, description: 'Its name on invoices.' })
  @Column('text', { nullable: true })
  legalName: string | null;

  @Field(() => String, { nullable: true, description: 'Its address on invoices.' })
  @Column('text', { nullable: true })
  address: string | null;

  @Field(() => String, { nullable: true, description: 'Its tax or VAT number on invoices.' })
  @Column('text', { nullable: true })
  taxNumber: string | null;

  @Field(() => Int, { description: 'An order that needs approval waits for it so many hours.' })
  @Column('integer', { default: 24 })
  approvalHours: number;

  @Field(() => Int, {
    description:
      'Who pays late, when a seat has gone, is offered an equivalent one for so many minutes; 0: the money goes back at once.',
  })
  @Column('integer', { default: 30 })
  seatOfferMinutes: number;

  @Column('timestamptz')
  createdAt: Date;

  get refundTerms(): RefundTerms {
    return {
      fullUntilHours: this.refundFullUntilHours,
      partialUntilHours: this.refundPartialUntilHours,
      partialPercent: this.refundPartialPercent,
      feeRefundable: this.feeRefundable,
    };
  }
}
