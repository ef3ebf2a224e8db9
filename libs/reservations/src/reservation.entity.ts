import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LegRange } from '#kernel';

export enum ReservationState {
  ACTIVE = 'ACTIVE',
  CONVERTED = 'CONVERTED',
  EXPIRED = 'EXPIRED',
  CANCELLED = 'CANCELLED',
}
registerEnumType(ReservationState, {
  name: 'ReservationState',
  valuesMap: {
    ACTIVE: { description: 'Its seats are held until expiresAt.' },
    CONVERTED: { description: 'Paid: its seats are sold.' },
    EXPIRED: { description: 'The time was up before it was paid.' },
    CANCELLED: { description: 'Given up by the passenger, or all its tickets were cancelled.' },
  },
});

/**
 * A passenger's booking session. ACTIVE → CONVERTED | EXPIRED | CANCELLED; EXPIRED → CONVERTED when a late payment
 * finds all its seats free, EXPIRED → ACTIVE when it finds equivalent ones; CONVERTED → CANCELLED with its last ticket.
 */
@ObjectType({ description: 'A booking session: seats held exclusively until expiresAt.' })
@Entity('reservations')
export class Reservation {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  bookableId: string;

  @Column('uuid')
  organizationId: string;

  @Field(() => Int, { description: 'Position of the call where the passenger boards; 0 for an event.' })
  @Column('integer')
  fromPosition: number;

  @Field(() => Int, { description: 'Position of the call where the passenger leaves; 1 for an event.' })
  @Column('integer')
  toPosition: number;

  @Column('uuid', { nullable: true })
  userId: string | null;

  @Column('text')
  sessionTokenHash: string;

  @Column('text')
  state: ReservationState;

  @Field()
  @Column('timestamptz')
  expiresAt: Date;

  @Field()
  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  endedAt: Date | null;

  /** How often it was extended. */
  @Column('integer', { default: 0 })
  extensions: number;

  /** Keyed hash of the address of a passenger without an account. */
  @Column('text', { nullable: true })
  address: string | null;

  @Column('text', { nullable: true })
  requestKey: string | null;

  @Column('text', { nullable: true })
  requestFingerprint: string | null;

  /** Its places, one element each in all four; exactly one of seat and area is there. */
  @Column('uuid', { array: true, default: '{}' })
  seatIds: (string | null)[];

  @Column('uuid', { array: true, default: '{}' })
  areaIds: (string | null)[];

  @Column('uuid', { array: true, default: '{}' })
  tierIds: string[];

  @Column('integer', { array: true, default: '{}' })
  prices: number[];

  get legs(): LegRange {
    return { from: this.fromPosition, to: this.toPosition };
  }

  /** The state as it is at `now`: the time ends a hold, not the sweep that records it. */
  stateAt(now: Date): ReservationState {
    return this.state === ReservationState.ACTIVE && this.expiresAt <= now ? ReservationState.EXPIRED : this.state;
  }
}
