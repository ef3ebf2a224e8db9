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

  @Column('timestamptz')
  createdAt: Date;

  get refundTerms(): RefundTerms {
    return {
      fullUntilHours: this.refundFullUntilHours,
      partialUntilHours: this.refundPartialUntilHours,
      partialPercent: this.refundPartialPercent,
    };
  }
}
