import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { TransferTicketInput } from './ticket.inputs.js';
import { NotTransferable, RecipientUnknown, TicketNotValid, TooLate } from './ticket.refusals.js';
import { Ticket } from './ticket.entity.js';
import { TicketsService } from './tickets.service.js';
import { TransfersService } from './transfers.service.js';

const TransferTicketResult = resultUnion('TransferTicketResult', [
  Ticket,
  TicketNotValid,
  NotTransferable,
  RecipientUnknown,
  TooLate,
]);

@Resolver(() => Ticket)
export class TransfersResolver {
  constructor(
    private readonly tickets: TicketsService,
    private readonly transfers: TransfersService,
  ) {}

  @Mutation(() => TransferTicketResult, {
    description: 'Gives a ticket to another account, for good. The code of before is refused from this moment on.',
  })
  @Can('ticket.transfer')
  async transferTicket(
    @CurrentPrincipal() principal: Principal,
    @Args('input') input: TransferTicketInput,
  ): Promise<Ticket> {
    return await this.transfers.transfer(principal, await this.tickets.get(input.ticketId), input);
  }
}
