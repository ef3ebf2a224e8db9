import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { badInput, resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { PromoCodeNotValid, PromoCodeUnknown } from '#promos';
import { AdditionsService } from './additions.service.js';
import { AdoptionsService } from './adoptions.service.js';
import { BookingSessionService } from './booking-session.service.js';
import { AddPlacesInput, ExtendReservationInput, RemovePlaceInput } from './reservation.inputs.js';
import {
  AlreadyCheckedOut,
  AreaFull,
  LimitExceeded,
  NotOnSale,
  ReservationEnded,
  SeatTaken,
  TierSoldOut,
} from './reservation.refusals.js';
import { Reservation } from './reservation.entity.js';

const AddPlacesResult = resultUnion('AddPlacesResult', [
  Reservation,
  SeatTaken,
  AreaFull,
  TierSoldOut,
  NotOnSale,
  LimitExceeded,
  ReservationEnded,
  AlreadyCheckedOut,
  PromoCodeUnknown,
  PromoCodeNotValid,
]);
const RemovePlaceResult = resultUnion('RemovePlaceResult', [Reservation, ReservationEnded, AlreadyCheckedOut]);
const ExtendReservationResult = resultUnion('ExtendReservationResult', [Reservation, LimitExceeded, ReservationEnded]);

/** As many as `logIn` and `register` take. */
const MOST_TOKENS = 20;

/** Changes of a reservation between reserving and paying. */
@Resolver()
export class BookingSessionResolver {
  constructor(
    private readonly sessions: BookingSessionService,
    private readonly additions: AdditionsService,
    private readonly adoptions: AdoptionsService,
  ) {}

  @Mutation(() => AddPlacesResult, {
    description: 'Adds places to a reservation, all or none. Its end stays: extend it for more time.',
  })
  @Can('reservation.make')
  async addPlaces(
    @CurrentPrincipal() principal: Principal | undefined,
    @Args('input') input: AddPlacesInput,
  ): Promise<Reservation> {
    return await this.additions.add(principal, input);
  }

  @Mutation(() => RemovePlaceResult, {
    description: 'Gives one place of a reservation back. With its last one the reservation is cancelled.',
  })
  @Can('reservation.make')
  async removePlace(
    @CurrentPrincipal() principal: Principal | undefined,
    @Args('input') input: RemovePlaceInput,
  ): Promise<Reservation> {
    return await this.sessions.remove(principal, input);
  }

  @Mutation(() => ExtendReservationResult, {
    description:
      'More time to pay: the hold time again from now, as often and as long in all as the organization allows.',
  })
  @Can('reservation.make')
  async extendReservation(
    @CurrentPrincipal() principal: Principal | undefined,
    @Args('input') input: ExtendReservationInput,
  ): Promise<Reservation> {
    return await this.sessions.extend(principal, input);
  }

  @Mutation(() => [Reservation], {
    description:
      'Makes reservations of this visitor the account’s, and answers with them. `logIn` and `register` do the same with their sessionTokens.',
  })
  @Can('reservation.adopt')
  async adoptReservations(
    @CurrentPrincipal() { userId }: Principal,
    @Args('sessionTokens', { type: () => [String] }) sessionTokens: string[],
  ): Promise<Reservation[]> {
    if (sessionTokens.length > MOST_TOKENS) throw badInput(`At most ${MOST_TOKENS} tokens at once.`, 'sessionTokens');
    return await this.adoptions.adopt(userId, sessionTokens);
  }
}
