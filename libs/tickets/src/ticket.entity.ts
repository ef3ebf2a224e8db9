import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum TicketState {
  RESERVED = 'RESERVED',
  PAID = 'PAID',
  USED = 'USED',
  EXPIRED = 'EXPIRED',
  CANCELLED = 'CANCELLED',
  REFUNDED = 'REFUNDED',
}
registerEnumType(TicketState, {
  name: 'TicketState',
  valuesMap: {
    RESERVED: { description: 'Checked out, not paid yet.' },
    PAID: { description: 'Valid.' },
    USED: { description: 'Scanned at the door.' },
    EXPIRED: { description: 'Not paid in time.' },
    CANCELLED: { description: 'Given back.' },
    REFUNDED: { description: 'Given back, and the money is back too.' },
  },
});

/** The only moves. EXPIRED → PAID is a late payment that found its seats free. */
export const TICKET_MOVES: Readonly<Record<TicketState, readonly TicketState[]>> = {
  RESERVED: [TicketState.PAID, TicketState.EXPIRED, TicketState.CANCELLED],
  PAID: [TicketState.USED, TicketState.CANCELLED],
  USED: [],
  EXPIRED: [TicketState.PAID],
  CANCELLED: [TicketState.REFUNDED],
  REFUNDED: [],
};

/** The right to one place on one bookable; for a trip, between two stops. What people read is kept as it was sold. */
@ObjectType({ description: 'The right to one place on one trip or event.' })
@Entity('tickets')
export class Ticket {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Field({ description: 'For people, such as HF-7Q2MXK4D.' })
  @Column('text')
  number: string;

  @Column('uuid')
  orderId: string;

  @Column('uuid')
  lineItemId: string;

  @Column('uuid')
  reservationId: string;

  @Column('uuid')
  bookableId: string;

  @Column('uuid')
  organizationId: string;

  @Column('uuid', { nullable: true })
  userId: string | null;

  /** A seat, or a place in an area. */
  @Column('uuid', { nullable: true })
  seatId: string | null;

  @Column('uuid', { nullable: true })
  areaId: string | null;

  @Field({ description: 'Label of the seat, or name of the area.' })
  @Column('text')
  seatLabel: string;

  @Field()
  @Column('text')
  tierName: string;

  @Field(() => Int, { description: 'Position of the call where the passenger boards; 0 for an event.' })
  @Column('integer')
  fromPosition: number;

  @Field(() => Int)
  @Column('integer')
  toPosition: number;

  @Field({ description: 'The stop where the passenger boards, or the venue.' })
  @Column('text')
  fromName: string;

  @Field(() => String, { nullable: true, description: 'The stop where the passenger leaves; null for an event.' })
  @Column('text', { nullable: true })
  toName: string | null;

  @Field({ description: 'Departure at the boarding stop, or the start of the event.' })
  @Column('timestamptz')
  startsAt: Date;

  @Field()
  @Column('timestamptz')
  endsAt: Date;

  @Field({ description: 'IANA time zone of the stop or venue.' })
  @Column('text')
  timeZone: string;

  @Field(() => Int)
  @Column('integer')
  priceMinor: number;

  @Field()
  @Column('text')
  currency: string;

  @Field()
  @Column('text')
  attendeeName: string;

  @Field()
  @Column('text')
  attendeeEmail: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  attendeePhone: string | null;

  @Field(() => TicketState)
  @Column('text')
  state: TicketState;

  /** Raised when the QR code must change. */
  @Column('integer', { default: 1 })
  serial: number;

  /** Where the PDF lies, once it was made. */
  @Column('text', { nullable: true })
  documentKey: string | null;

  @Field()
  @Column('timestamptz')
  createdAt: Date;

  @Field({ description: 'Last change of state.' })
  @Column('timestamptz')
  changedAt: Date;

  @Field({ description: 'In words: "Seat 4C", or the name of the area.' })
  get place(): string {
    return this.areaId ? this.seatLabel : `Seat ${this.seatLabel}`;
  }
}
