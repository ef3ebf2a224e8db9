import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Database, IdArgument, notFound } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { Bookable, BookablesService } from '#catalogue';
import { Payment, PaymentsService } from '#payments';
import { LineItem, Order } from './order.entity.js';
import { Reservation } from './reservation.entity.js';
import { SessionTokens } from './session-tokens.js';

@Resolver(() => Order)
export class OrdersResolver {
  constructor(
    private readonly database: Database,
    private readonly tokens: SessionTokens,
    private readonly bookables: BookablesService,
    private readonly payments: PaymentsService,
  ) {}

  @Query(() => Order, { description: 'With the session token of its reservation, or as the account that made it.' })
  @Can('order.read')
  async order(
    @CurrentPrincipal() principal: Principal | undefined,
    @IdArgument('id') id: string,
    @Args('sessionToken', { nullable: true }) sessionToken?: string,
  ): Promise<Order> {
    const order = await this.database.repository(Order).findOneBy({ id });
    const reservation = order && (await this.database.repository(Reservation).findOneBy({ id: order.reservationId }));
    if (!order) throw notFound('order', id);
    this.tokens.check(reservation, id, principal, sessionToken);
    return order;
  }

  @ResolveField(() => [LineItem])
  async lineItems(@Parent() order: Order): Promise<LineItem[]> {
    return await this.database.repository(LineItem).find({ where: { orderId: order.id }, order: { position: 'ASC' } });
  }

  @ResolveField(() => Payment, {
    nullable: true,
    description: 'The newest try to pay; null when there is nothing to pay.',
  })
  async payment(@Parent() order: Order): Promise<Payment | null> {
    return (await this.payments.newest(order.id)) ?? null;
  }

  @ResolveField(() => Bookable)
  async bookable(@Parent() order: Order): Promise<Bookable> {
    return await this.bookables.get(order.bookableId);
  }
}
