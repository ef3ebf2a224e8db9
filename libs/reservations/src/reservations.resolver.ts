import { Args, Field, Int, Mutation, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Clock } from '#kernel';
import { Database, IdArgument, resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { Bookable, BookablesService, Seat } from '#catalogue';
import { CheckOutService } from './check-out.service.js';
import { HoldsService } from './holds.service.js';
import { Order } from './order.entity.js';
import { ReleasesService } from './releases.service.js';
import { CheckOutInput, ReserveInput } from './reservation.inputs.js';
import {
  LimitExceeded,
  NotOnSale,
  ReservationEnded,
  SeatTaken,
  TierSoldOut,
  TotalChanged,
} from './reservation.refusals.js';
import { Reservation, ReservationState } from './reservation.entity.js';
import { SessionTokens } from './session-tokens.js';

@ObjectType({ description: 'A new reservation, and the token that lets a passenger without login use it.' })
export class ReservationOpened {
  @Field(() => Reservation)
  reservation: Reservation;

  @Field({ description: 'Keep it: whoever has it may read, cancel and check out the reservation.' })
  sessionToken: string;
}

@ObjectType({ description: 'A seat of a reservation, with the price that was agreed.' })
export class ReservedSeat {
  @Field(() => Seat)
  seat: Seat;

  @Field(() => Int)
  priceMinor: number;
}

const ReserveResult = resultUnion('ReserveResult', [
  ReservationOpened,
  SeatTaken,
  TierSoldOut,
  NotOnSale,
  LimitExceeded,
]);
const CancelReservationResult = resultUnion('CancelReservationResult', [Reservation, ReservationEnded]);
const CheckOutResult = resultUnion('CheckOutResult', [Order, ReservationEnded, TotalChanged]);

@Resolver(() => Reservation)
export class ReservationsResolver {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly holds: HoldsService,
    private readonly releases: ReleasesService,
    private readonly checkOuts: CheckOutService,
    private readonly tokens: SessionTokens,
    private readonly bookables: BookablesService,
  ) {}

  @Mutation(() => ReserveResult, {
    description: 'Holds seats exclusively, all or none, for the hold time of the organization (15 minutes).',
  })
  @Can('reservation.make')
  async reserve(
    @CurrentPrincipal() principal: Principal | undefined,
    @Args('input') input: ReserveInput,
  ): Promise<ReservationOpened> {
    const id = await this.holds.hold(principal, input);
    const reservation = await this.database.repository(Reservation).findOneByOrFail({ id });
    return Object.assign(new ReservationOpened(), { reservation, sessionToken: this.tokens.of(id) });
  }

  @Query(() => Reservation)
  @Can('reservation.make')
  async reservation(
    @CurrentPrincipal() principal: Principal | undefined,
    @IdArgument('id') id: string,
    @Args('sessionToken', { nullable: true }) sessionToken?: string,
  ): Promise<Reservation> {
    const reservation = await this.database.repository(Reservation).findOneBy({ id });
    this.tokens.check(reservation, id, principal, sessionToken);
    return reservation;
  }

  @Mutation(() => CancelReservationResult, { description: 'Gives the seats back before paying.' })
  @Can('reservation.make')
  async cancelReservation(
    @CurrentPrincipal() principal: Principal | undefined,
    @IdArgument('id') id: string,
    @Args('sessionToken', { nullable: true }) sessionToken?: string,
  ): Promise<Reservation> {
    await this.releases.cancel(await this.reservation(principal, id, sessionToken));
    return await this.reservation(principal, id, sessionToken);
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

  @ResolveField(() => ReservationState)
  state(@Parent() reservation: Reservation): ReservationState {
    return reservation.stateAt(this.clock.now());
  }

  @ResolveField(() => Int, { description: 'Until the hold ends; 0 when it has ended.' })
  secondsLeft(@Parent() reservation: Reservation): number {
    if (this.state(reservation) !== ReservationState.ACTIVE) return 0;
    return Math.max(0, Math.floor((reservation.expiresAt.getTime() - this.clock.now().getTime()) / 1000));
  }

  @ResolveField(() => [ReservedSeat], { description: 'The seats that it holds or has bought; none once it has ended.' })
  async seats(@Parent() reservation: Reservation): Promise<ReservedSeat[]> {
    const now = this.clock.now();
    const rows = await this.database.query<{ seat: Seat; priceMinor: number }>(
      `SELECT c.price_minor AS "priceMinor", jsonb_build_object('id', s.id, 'ordinal', s.ordinal, 'label', s.label, 'rowNumber', s.row_number,
         'columnNumber', s.column_number, 'position', s.position, 'category', s.category, 'accessible', s.accessible) AS seat
       FROM seat_claims c JOIN seats s ON s.id = c.seat_id
       WHERE c.reservation_id = $1 AND (c.expires_at IS NULL OR c.expires_at > $2) ORDER BY s.ordinal`,
      [reservation.id, now],
    );
    return rows.map((row) => Object.assign(new ReservedSeat(), row));
  }

  @ResolveField(() => Bookable)
  async bookable(@Parent() reservation: Reservation): Promise<Bookable> {
    return await this.bookables.get(reservation.bookableId);
  }

  @ResolveField(() => Order, { nullable: true })
  async order(@Parent() reservation: Reservation): Promise<Order | null> {
    return await this.database.repository(Order).findOneBy({ reservationId: reservation.id });
  }
}
