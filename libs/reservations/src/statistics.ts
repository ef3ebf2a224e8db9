import { Injectable } from '@nestjs/common';
import { ArgsType, Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { IsDate, IsOptional, IsUUID } from 'class-validator';
import { Clock } from '#kernel';
import { Database, badInput } from '#platform';

@ArgsType()
export class ReservationStatisticsArgs {
  @Field(() => ID)
  @IsUUID()
  organizationId: string;

  @Field(() => ID, { nullable: true, description: 'Only of this trip or event.' })
  @IsOptional()
  @IsUUID()
  bookableId?: string;

  @Field({ description: 'Reservations made from then on …' })
  @IsDate()
  since: Date;

  @Field({ nullable: true, description: '… and before then; until now without it.' })
  @IsOptional()
  @IsDate()
  until?: Date;
}

@ObjectType({ description: 'What became of the reservations that were made in a span of time.' })
export class ReservationStatistics {
  @Field(() => Int, { description: 'Held now.' })
  active: number;

  @Field(() => Int, { description: 'Their time was up before they were paid.' })
  expired: number;

  @Field(() => Int, { description: 'Paid.' })
  converted: number;

  @Field(() => Int, { description: 'Given up by the passenger before paying.' })
  cancelled: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Of those that have ended, the part that was paid: 0 to 1. Null when none has.',
  })
  conversionRate: number | null;

  @Field(() => Float, { nullable: true, description: 'From reserving to paying, in seconds. Null when none was paid.' })
  averageSecondsToConvert: number | null;
}

/** Counts of reservations. */
@Injectable()
export class ReservationCounts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws BAD_USER_INPUT for a span that ends before it begins */
  async between({
    organizationId,
    bookableId,
    since,
    until,
  }: ReservationStatisticsArgs): Promise<ReservationStatistics> {
    const now = this.clock.now();
    const end = until ?? now;
    if (end < since) throw badInput('The span ends before it begins.', 'until');
    const [counts] = await this.database.read<ReservationStatistics>(
      `SELECT
         (count(*) FILTER (WHERE r.state = 'ACTIVE' AND r.expires_at > $5))::integer AS active,
         (count(*) FILTER (WHERE r.state = 'EXPIRED' OR r.state = 'ACTIVE' AND r.expires_at <= $5))::integer AS expired,
         (count(*) FILTER (WHERE o.paid_at IS NOT NULL))::integer AS converted,
         (count(*) FILTER (WHERE r.state = 'CANCELLED' AND o.paid_at IS NULL))::integer AS cancelled,
         avg(extract(epoch FROM o.paid_at - r.created_at)) FILTER (WHERE o.paid_at IS NOT NULL)::float AS "averageSecondsToConvert"
       FROM reservations r LEFT JOIN orders o ON o.reservation_id = r.id
       WHERE r.organization_id = $1 AND ($2::uuid IS NULL OR r.bookable_id = $2) AND r.created_at >= $3 AND r.created_at < $4`,
      [organizationId, bookableId ?? null, since, end, now],
    );
    const { expired, converted, cancelled } = counts!;
    const ended = expired + converted + cancelled;
    return Object.assign(new ReservationStatistics(), counts, {
      conversionRate: ended === 0 ? null : converted / ended,
    });
  }
}
