import { Args, Field, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { CancellationsService } from './cancellations.service.js';
import { RefundOffer } from './refund-offer.type.js';
import { CancelTicketArgs, CancelTicketsInput, RefundOfferArgs } from './ticket.inputs.js';
import { RefundChanged, TicketNotValid, TooLate } from './ticket.refusals.js';
import { Ticket } from './ticket.entity.js';

@ObjectType()
export class CancelledTickets {
  @Field(() => [Ticket])
  tickets: Ticket[];
}

const CancelTicketResult = resultUnion('CancelTicketResult', [Ticket, TicketNotValid, TooLate, RefundChanged]);
const CancelTicketsResult = resultUnion('CancelTicketsResult', [
  CancelledTickets,
  TicketNotValid,
  TooLate,
  RefundChanged,
]);
const RefundOfferResult = resultUnion('RefundOfferResult', [RefundOffer, TicketNotValid, TooLate]);

@Resolver(() => RefundOffer)
export class CancellationsResolver {
  constructor(private readonly cancellations: CancellationsService) {}

  @Mutation(() => CancelTicketResult, {
    description: "Gives a paid ticket back. The place is free at once; the refund follows the organization's terms.",
  })
  @Can('ticket.cancel')
  async cancelTicket(
    @CurrentPrincipal() principal: Principal,
    @Args() { id, ...how }: CancelTicketArgs,
  ): Promise<Ticket> {
    return (await this.cancellations.cancel(principal, { ticketIds: [id], ...how }))[0]!;
  }

  @Mutation(() => CancelTicketsResult, { description: 'Gives paid tickets of one order back, all or none.' })
  @Can('ticket.cancel')
  async cancelTickets(
    @CurrentPrincipal() principal: Principal,
    @Args('input') input: CancelTicketsInput,
  ): Promise<CancelledTickets> {
    return Object.assign(new CancelledTickets(), { tickets: await this.cancellations.cancel(principal, input) });
  }

  @Query(() => RefundOfferResult, {
    description: 'What would come back if these tickets of one order were cancelled now.',
  })
  @Can('ticket.cancel')
  async refundOffer(
    @CurrentPrincipal() principal: Principal,
    @Args() { ticketIds }: RefundOfferArgs,
  ): Promise<RefundOffer> {
    return await this.cancellations.offer(principal, ticketIds);
  }
}
