import { Args, Field, Float, Int, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { refundSteps } from '#kernel';
import { Database, resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { PromoCodeNotValid, PromoCodeUnknown } from '#promos';
import { BookingSessionService } from './booking-session.service.js';
import { Quote } from './quote.entity.js';
import { QuotingService } from './quoting.service.js';
import { QuoteInput } from './reservation.inputs.js';
import { ReservationEnded } from './reservation.refusals.js';
import { Reservation } from './reservation.entity.js';

@ObjectType({ description: 'What is taxed at one rate, and the tax on it.' })
export class TaxSum {
  @Field()
  name: string;

  @Field(() => Float)
  percent: number;

  @Field(() => Int, { description: 'Without the tax.' })
  netMinor: number;

  @Field(() => Int)
  taxMinor: number;
}

@ObjectType({ description: 'What comes back of the price when a ticket is cancelled until then.' })
export class RefundStep {
  @Field(() => Date, { nullable: true, description: 'Null: from then on.' })
  until: Date | null;

  @Field(() => Int)
  percent: number;
}

const QuoteResult = resultUnion('QuoteResult', [Quote, ReservationEnded, PromoCodeUnknown, PromoCodeNotValid]);

@Resolver(() => Quote)
export class QuotesResolver {
  constructor(
    private readonly database: Database,
    private readonly sessions: BookingSessionService,
    private readonly quoting: QuotingService,
  ) {}

  @Mutation(() => QuoteResult, {
    description: 'What the reservation costs, line by line, and what comes back of it. Show it before checking out.',
  })
  @Can('reservation.make')
  async quote(@CurrentPrincipal() principal: Principal | undefined, @Args('input') input: QuoteInput): Promise<Quote> {
    const reservation = await this.sessions.read(principal, input.reservationId, input.sessionToken);
    this.sessions.mustBeActive(reservation);
    const customer = { userId: reservation.userId, email: input.email ?? null };
    return await this.quoting.quote(reservation, customer, input.promoCode);
  }

  @ResolveField(() => [TaxSum], { description: 'By rate, as on the invoice.' })
  taxes(@Parent() { lines, taxIncluded }: Quote): TaxSum[] {
    const rates = new Map(lines.flatMap(({ tax }) => (tax ? [[tax.id, tax]] : [])));
    return [...rates.values()].map(({ id, name, rateBps }) => {
      const own = lines.filter(({ tax }) => tax?.id === id);
      const taxMinor = own.reduce((sum, line) => sum + line.taxMinor, 0);
      const base = own.reduce((sum, line) => sum + line.priceMinor - line.discountMinor + line.feeMinor, 0);
      return { name, percent: rateBps / 100, netMinor: taxIncluded ? base - taxMinor : base, taxMinor };
    });
  }

  @ResolveField(() => [RefundStep])
  async refundSteps(@Parent() { reservationId, refundTerms }: Quote): Promise<RefundStep[]> {
    const [start] = await this.database.query<{ at: Date }>(
      `SELECT coalesce(c.departs_at, b.starts_at) AS at FROM reservations r JOIN bookables b ON b.id = r.bookable_id
       LEFT JOIN trip_calls c ON c.trip_id = b.id AND c.position = r.from_position WHERE r.id = $1`,
      [reservationId],
    );
    return refundSteps(refundTerms, start!.at);
  }

  @ResolveField(() => Boolean, { description: 'The fee comes back with the price.' })
  feeRefundable(@Parent() { refundTerms }: Quote): boolean {
    return refundTerms.feeRefundable;
  }

  @ResolveField(() => Date, { description: 'Until then it holds.' })
  async expiresAt(@Parent() { reservationId }: Quote): Promise<Date> {
    return (await this.database.repository(Reservation).findOneByOrFail({ id: reservationId })).expiresAt;
  }
}
