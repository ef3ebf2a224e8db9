import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { IdArgument, badInput, notFound, resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal, authorize } from '#identity';
import { Bookable, BookablesService } from '#catalogue';
import { Order } from '#reservations';
import { DownloadLink } from './download-link.type.js';
import { QrTokens } from './qr-tokens.js';
import { AttendeeInput } from './ticket.inputs.js';
import { DocumentNotReady, TicketNotValid } from './ticket.refusals.js';
import { Ticket, TicketState } from './ticket.entity.js';
import { TicketsService } from './tickets.service.js';

const DownloadTicketResult = resultUnion('DownloadTicketResult', [DownloadLink, DocumentNotReady, TicketNotValid]);
const SetAttendeeResult = resultUnion('SetAttendeeResult', [Ticket, TicketNotValid]);

@Resolver(() => Ticket)
export class TicketsResolver {
  constructor(
    private readonly tickets: TicketsService,
    private readonly bookables: BookablesService,
    private readonly qrTokens: QrTokens,
  ) {}

  @Query(() => [Ticket], { description: 'Of the account that is logged in, newest first.' })
  @Can('ticket.list-own')
  async myTickets(
    @CurrentPrincipal() principal: Principal,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
  ): Promise<Ticket[]> {
    if (first < 1 || first > 200) throw badInput('first is 1 to 200.', 'first');
    return await this.tickets.of(principal.userId, first);
  }

  @Query(() => [Ticket], { description: 'Paid tickets that are not over, the soonest first.' })
  @Can('ticket.list-own')
  async upcomingTickets(@CurrentPrincipal() principal: Principal): Promise<Ticket[]> {
    return await this.tickets.upcoming(principal.userId);
  }

  @Query(() => Ticket)
  @Can('ticket.read')
  async ticket(@CurrentPrincipal() principal: Principal, @IdArgument('id') id: string): Promise<Ticket> {
    return visible(principal, await this.tickets.get(id));
  }

  @Query(() => Ticket, { description: 'By the number that is printed on it.' })
  @Can('ticket.read')
  async ticketByNumber(@CurrentPrincipal() principal: Principal, @Args('number') number: string): Promise<Ticket> {
    const ticket = await this.tickets.byNumber(number);
    if (!ticket) throw notFound('ticket', number);
    return visible(principal, ticket);
  }

  @Mutation(() => DownloadTicketResult, { description: 'A link to the PDF that works for some minutes.' })
  @Can('ticket.download')
  async downloadTicket(@CurrentPrincipal() principal: Principal, @IdArgument('id') id: string): Promise<DownloadLink> {
    const ticket = await this.tickets.get(id);
    authorize('ticket.download', principal, { organizationId: ticket.organizationId, ownerId: ticket.userId });
    return this.tickets.download(ticket);
  }

  @Mutation(() => SetAttendeeResult, { description: 'Says who travels.' })
  @Can('ticket.set-attendee')
  async setAttendee(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('id') id: string,
    @Args('input') input: AttendeeInput,
  ): Promise<Ticket> {
    const ticket = await this.tickets.get(id);
    authorize('ticket.set-attendee', principal, { ownerId: ticket.userId });
    return await this.tickets.setAttendee(ticket, input);
  }

  @ResolveField(() => Bookable)
  async bookable(@Parent() ticket: Ticket): Promise<Bookable> {
    return await this.bookables.get(ticket.bookableId);
  }

  @ResolveField(() => String, { nullable: true, description: 'The text of the QR code, while the ticket is valid.' })
  qr(@Parent() ticket: Ticket): string | null {
    return ticket.state === TicketState.PAID ? this.qrTokens.of(ticket) : null;
  }
}

function visible(principal: Principal, ticket: Ticket): Ticket {
  authorize('ticket.read', principal, { organizationId: ticket.organizationId, ownerId: ticket.userId });
  return ticket;
}

/** The library that owns tickets extends the order's type. */
@Resolver(() => Order)
export class OrderTicketsResolver {
  constructor(private readonly tickets: TicketsService) {}

  @ResolveField('tickets', () => [Ticket])
  async ticketsOf(@Parent() order: Order): Promise<Ticket[]> {
    return await this.tickets.ofOrder(order.id);
  }
}
