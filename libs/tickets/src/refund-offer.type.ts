import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { type RefundTerms, refundSteps } from '#kernel';
import { Ticket } from './ticket.entity.js';

export enum RefundShare {
  ALL = 'ALL',
  ALL_BUT_FEE = 'ALL_BUT_FEE',
  PART = 'PART',
  NOTHING = 'NOTHING',
}
registerEnumType(RefundShare, {
  name: 'RefundShare',
  valuesMap: {
    ALL: { description: 'Everything that was paid.' },
    ALL_BUT_FEE: { description: 'Everything but the fee, which is kept.' },
    PART: { description: 'A part: it is close to the departure.' },
    NOTHING: { description: 'It is too close to the departure, or nothing was paid.' },
  },
});

@ObjectType({ description: 'What would come back for a ticket.' })
export class TicketRefund {
  @Field(() => Ticket)
  ticket: Ticket;

  @Field(() => Int)
  paidMinor: number;

  @Field(() => Int)
  amountMinor: number;

  @Field(() => Int)
  keptMinor: number;

  @Field(() => RefundShare, { description: 'Why it is so much.' })
  share: RefundShare;

  constructor(ticket: Ticket, { totalMinor, feeMinor }: { totalMinor: number; feeMinor: number }, amountMinor: number) {
    this.ticket = ticket;
    this.paidMinor = totalMinor;
    this.amountMinor = amountMinor;
    this.keptMinor = totalMinor - amountMinor;
    if (amountMinor === 0) this.share = RefundShare.NOTHING;
    else if (amountMinor === totalMinor) this.share = RefundShare.ALL;
    else this.share = amountMinor === totalMinor - feeMinor ? RefundShare.ALL_BUT_FEE : RefundShare.PART;
  }
}

@ObjectType({ description: 'What would come back if tickets were cancelled now. Agree to it with cancelTickets.' })
export class RefundOffer {
  @Field(() => Int, { description: 'In minor units, of all the tickets.' })
  amountMinor: number;

  @Field()
  currency: string;

  @Field(() => [TicketRefund])
  tickets: TicketRefund[];

  @Field(() => Date, { nullable: true, description: 'From then on less comes back; null: it stays as it is.' })
  until: Date | null;

  constructor(tickets: TicketRefund[], terms: RefundTerms, now: Date) {
    this.tickets = tickets;
    this.amountMinor = tickets.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    this.currency = tickets[0]!.ticket.currency;
    const { startsAt } = tickets[0]!.ticket;
    this.until = refundSteps(terms, startsAt).find(({ until }) => until !== null && until >= now)?.until ?? null;
  }
}
