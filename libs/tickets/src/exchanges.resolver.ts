import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { PromoCodeNotValid, PromoCodeUnknown } from '#promos';
import { LimitExceeded, Order, QuoteOutdated, ReservationEnded, TotalChanged } from '#reservations';
import { ExchangeOffer, ExchangeOfferInput, ExchangeTicketsInput } from './exchange.type.js';
import { ExchangesService } from './exchanges.service.js';
import { TicketNotValid, TooLate } from './ticket.refusals.js';

const REFUSALS = [TicketNotValid, TooLate, ReservationEnded, PromoCodeUnknown, PromoCodeNotValid];
const ExchangeOfferResult = resultUnion('ExchangeOfferResult', [ExchangeOffer, ...REFUSALS]);
const ExchangeTicketsResult = resultUnion('ExchangeTicketsResult', [
  Order,
  ...REFUSALS,
  QuoteOutdated,
  TotalChanged,
  LimitExceeded,
]);

@Resolver(() => ExchangeOffer)
export class ExchangesResolver {
  constructor(private readonly exchanges: ExchangesService) {}

  @Mutation(() => ExchangeOfferResult, {
    description: 'What it would cost or give back to exchange tickets for what is reserved.',
  })
  @Can('ticket.exchange')
  async exchangeOffer(
    @CurrentPrincipal() principal: Principal,
    @Args('input') input: ExchangeOfferInput,
  ): Promise<ExchangeOffer> {
    return Object.assign(new ExchangeOffer(), await this.exchanges.offer(principal, input));
  }

  @Mutation(() => ExchangeTicketsResult, {
    description:
      'Exchanges tickets of one order for what is reserved, in one step: at once when nothing is to pay, otherwise when it is paid. Until then the old tickets stay valid.',
  })
  @Can('ticket.exchange')
  async exchangeTickets(
    @CurrentPrincipal() principal: Principal,
    @Args('input') input: ExchangeTicketsInput,
  ): Promise<Order> {
    return await this.exchanges.exchangeTickets(principal, input);
  }
}
