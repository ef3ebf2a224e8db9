import { Field, Int, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Clock } from '#kernel';
import { Database } from '#platform';
import { Area, Bookable, BookablesService, OrganizationsService, Seat, Tier } from '#catalogue';
import { Offers } from './inventory/offers.js';
import { Order } from './order.entity.js';
import { Reservation, ReservationState } from './reservation.entity.js';

@ObjectType({ description: 'A seat of a reservation, with the price that was agreed.' })
export class ReservedSeat {
  @Field(() => Seat)
  seat: Seat;

  @Field(() => Int)
  priceMinor: number;
}

@ObjectType({ description: 'A place of a reservation, with the price that was agreed: a seat, or a place in an area.' })
export class ReservedPlace {
  @Field(() => Seat, { nullable: true })
  seat: Seat | null;

  @Field(() => Area, { nullable: true })
  area: Area | null;

  @Field(() => Tier)
  tier: Tier;

  @Field(() => Int)
  priceMinor: number;
}

/** What a client reads of a reservation. */
@Resolver(() => Reservation)
export class ReservationFieldsResolver {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly bookables: BookablesService,
    private readonly organizations: OrganizationsService,
    private readonly offers: Offers,
  ) {}

  @ResolveField(() => ReservationState)
  state(@Parent() reservation: Reservation): ReservationState {
    return reservation.stateAt(this.clock.now());
  }

  @ResolveField(() => Int, { description: 'Until the hold ends; 0 when it has ended.' })
  secondsLeft(@Parent() reservation: Reservation): number {
    if (this.state(reservation) !== ReservationState.ACTIVE) return 0;
    return Math.max(0, Math.floor((reservation.expiresAt.getTime() - this.clock.now().getTime()) / 1000));
  }

  @ResolveField(() => Int, { description: 'How often it may still be extended.' })
  async extensionsLeft(@Parent() reservation: Reservation): Promise<number> {
    if (this.state(reservation) !== ReservationState.ACTIVE) return 0;
    const { mostExtensions } = await this.organizations.get(reservation.organizationId);
    return Math.max(0, mostExtensions - reservation.extensions);
  }

  @ResolveField(() => [ReservedSeat], { description: 'The seats that it holds or has bought; none once it has ended.' })
  async seats(@Parent() reservation: Reservation): Promise<ReservedSeat[]> {
    const places = await this.places(reservation);
    return places.flatMap(({ seat, priceMinor }) =>
      seat ? [Object.assign(new ReservedSeat(), { seat, priceMinor })] : [],
    );
  }

  @ResolveField(() => [ReservedPlace], {
    description: 'The places that it holds or has bought, seats first; none once it has ended.',
  })
  async places(@Parent() reservation: Reservation): Promise<ReservedPlace[]> {
    const state = this.state(reservation);
    if (state !== ReservationState.ACTIVE && state !== ReservationState.CONVERTED) return [];
    const remembered = await this.offers.of(reservation.bookableId);
    const isKnown = reservation.tierIds.every((tierId) => remembered.tiers.some(({ id }) => id === tierId));
    const { layout, tiers } = isKnown ? remembered : await this.offers.current(reservation.bookableId);
    const places = reservation.tierIds.map((tierId, index) => {
      const [seatId, areaId] = [reservation.seatIds[index], reservation.areaIds[index]];
      return Object.assign(new ReservedPlace(), {
        seat: (seatId && layout.seatsById.get(seatId)) || null,
        area: (areaId && layout.areas.get(areaId)) || null,
        tier: tiers.find(({ id }) => id === tierId),
        priceMinor: reservation.prices[index],
      });
    });
    return places.toSorted((a, b) => (a.seat?.ordinal ?? Infinity) - (b.seat?.ordinal ?? Infinity));
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
