import { Args, Field, ID, Int, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Clock } from '#kernel';
import { Database, resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { Seat } from '#catalogue';
import { Offers } from './inventory/offers.js';
import { OfferedSeat } from './offered-seat.entity.js';
import { Order, OrderState } from './order.entity.js';
import { SeatOfferInput } from './reservation.inputs.js';
import { SeatOfferEnded } from './reservation.refusals.js';
import { Reservation } from './reservation.entity.js';
import { SeatOfferAnswers } from './seat-offer-answers.service.js';

@ObjectType({ description: 'A seat of an order that somebody else has by now, and the one that is held instead.' })
export class SeatMove {
  @Field(() => ID)
  lineItemId: string;

  @Field(() => Seat)
  from: Seat;

  @Field(() => Seat)
  to: Seat;
}

@ObjectType({
  description:
    'Equivalent seats for an order that was paid too late: same journey, category and tier, at the same price. The other places of the order stay as they are.',
})
export class SeatOffer {
  @Field({ description: 'Unless they are accepted by then, everything goes back to the passenger.' })
  until: Date;

  @Field(() => Int)
  secondsLeft: number;

  @Field(() => [SeatMove])
  moves: SeatMove[];
}

const SeatOfferResult = resultUnion('SeatOfferResult', [Order, SeatOfferEnded]);

/** The seats that an order is offered, and the answer. */
@Resolver(() => Order)
export class SeatOffersResolver {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly offers: Offers,
    private readonly answers: SeatOfferAnswers,
  ) {}

  @ResolveField(() => SeatOffer, {
    nullable: true,
    description: 'Other seats that are held for it while the passenger decides: acceptSeats or declineSeats.',
  })
  async seatOffer(@Parent() order: Order): Promise<SeatOffer | null> {
    if (order.state !== OrderState.OFFERED) return null;
    const { expiresAt } = await this.database.repository(Reservation).findOneByOrFail({ id: order.reservationId });
    const left = expiresAt.getTime() - this.clock.now().getTime();
    if (left <= 0) return null;
    const rows = await this.database
      .repository(OfferedSeat)
      .find({ where: { orderId: order.id }, order: { lineItemId: 'ASC' } });
    const { seatsById } = (await this.offers.of(order.bookableId)).layout;
    const moves = rows.map(({ lineItemId, fromSeatId, toSeatId }) => ({
      lineItemId,
      from: seatsById.get(fromSeatId)!,
      to: seatsById.get(toSeatId)!,
    }));
    return { until: expiresAt, secondsLeft: Math.floor(left / 1000), moves };
  }

  @Mutation(() => SeatOfferResult, {
    description: 'Takes the seats that are offered: the order is paid with what came in for it.',
  })
  @Can('reservation.make')
  async acceptSeats(
    @CurrentPrincipal() principal: Principal | undefined,
    @Args('input') input: SeatOfferInput,
  ): Promise<Order> {
    return await this.answers.accept(principal, input);
  }

  @Mutation(() => SeatOfferResult, { description: 'Does not take them: they are free again and everything goes back.' })
  @Can('reservation.make')
  async declineSeats(
    @CurrentPrincipal() principal: Principal | undefined,
    @Args('input') input: SeatOfferInput,
  ): Promise<Order> {
    return await this.answers.decline(principal, input);
  }
}
