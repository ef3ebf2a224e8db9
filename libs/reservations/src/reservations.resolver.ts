import { Args, Context, Field, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { type GraphqlContext, IdArgument, Unscoped, badInput, correlation, resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { PromoCodeNotValid, PromoCodeUnknown } from '#promos';
import { BestSeatsService } from './best-seats.service.js';
import { BookingSessionService } from './booking-session.service.js';
import { CheckOutService } from './check-out.service.js';
import { HoldsService } from './holds.service.js';
import { Order } from './order.entity.js';
import { CancelReservationArgs, CheckOutInput, ReserveInput } from './reservation.inputs.js';
import {
  AreaFull,
  LimitExceeded,
  NotEnoughSeats,
  NotOnSale,
  QuoteOutdated,
  ReservationEnded,
  SeatTaken,
  TierSoldOut,
  TotalChanged,
} from './reservation.refusals.js';
import { Reservation } from './reservation.entity.js';
import { SessionTokens } from './session-tokens.js';

@ObjectType({ description: 'A new reservation, and the token that lets a passenger without login use it.' })
export class ReservationOpened {
  @Field(() => Reservation)
  reservation: Reservation;

  @Field({ description: 'Keep it: whoever has it may read, cancel and check out the reservation.' })
  sessionToken: string;
}

const ReserveResult = resultUnion('ReserveResult', [
  ReservationOpened,
  SeatTaken,
  NotEnoughSeats,
  AreaFull,
  TierSoldOut,
  NotOnSale,
  LimitExceeded,
  PromoCodeUnknown,
  PromoCodeNotValid,
]);
const CancelReservationResult = resultUnion('CancelReservationResult', [Reservation, ReservationEnded]);
const CheckOutResult = resultUnion('CheckOutResult', [
  Order,
  ReservationEnded,
  QuoteOutdated,
  PromoCodeUnknown,
  PromoCodeNotValid,
  TotalChanged,
  LimitExceeded,
]);

@Resolver(() => Reservation)
export class ReservationsResolver {
  constructor(
    private readonly holds: HoldsService,
    private readonly bestSeats: BestSeatsService,
    private readonly sessions: BookingSessionService,
    private readonly checkOuts: CheckOutService,
    private readonly tokens: SessionTokens,
  ) {}

  @Mutation(() => ReserveResult, {
    description: 'Holds places exclusively, all or none, for the hold time of the organization (15 minutes).',
  })
  @Can('reservation.make')
  @Unscoped()
  async reserve(
    @CurrentPrincipal() principal: Principal | undefined,
    @Context() { req }: GraphqlContext,
    @Args('input') input: ReserveInput,
  ): Promise<ReservationOpened> {
    const asker = { userId: principal?.userId ?? null, ip: req.ip };
    const hold = (): Promise<Reservation> =>
      input.best ? this.bestSeats.hold(asker, input, input.best) : this.holds.hold(asker, input);
    const reservation = await (input.promoCode === undefined ? hold() : correlation.run(req.id, hold, req));
    return Object.assign(new ReservationOpened(), { reservation, sessionToken: this.tokens.of(reservation.id) });
  }

  @Query(() => Reservation)
  @Can('reservation.make')
  async reservation(
    @CurrentPrincipal() principal: Principal | undefined,
    @IdArgument('id') id: string,
    @Args('sessionToken', { nullable: true }) sessionToken?: string,
  ): Promise<Reservation> {
    return await this.sessions.read(principal, id, sessionToken);
  }

  @Query(() => Reservation, { description: 'The reservation that a session token is of.' })
  @Can('reservation.make')
  async bookingSession(
    @CurrentPrincipal() principal: Principal | undefined,
    @Args('sessionToken') sessionToken: string,
  ): Promise<Reservation> {
    const id = this.tokens.reservationOf(sessionToken);
    if (id === undefined) throw badInput('This is no session token.', 'sessionToken');
    return await this.sessions.read(principal, id, sessionToken);
  }

  @Mutation(() => CancelReservationResult, {
    description: 'Gives all places back before paying. Cancelling again gives the same answer.',
  })
  @Can('reservation.make')
  async cancelReservation(
    @CurrentPrincipal() principal: Principal | undefined,
    @Args() reservation: CancelReservationArgs,
  ): Promise<Reservation> {
    return await this.sessions.cancel(principal, reservation);
  }

  @Mutation(() => CheckOutResult, {
    description: 'Makes the order and opens its payment: send the passenger to order.payment.payUrl.',
  })
  @Can('reservation.make')
  async checkOut(
    @CurrentPrincipal() principal: Principal | undefined,
    @Args('input') input: CheckOutInput,
  ): Promise<Order> {
    return await this.checkOuts.checkOut(principal, input);
  }
}
