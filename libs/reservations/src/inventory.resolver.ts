import { Args, Field, Int, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { Auditor } from '#platform';
import { Can, CurrentPrincipal, type Principal, authorize } from '#identity';
import { ReleasesService } from './releases.service.js';
import { ReservationCounts, ReservationStatistics, ReservationStatisticsArgs } from './statistics.js';

@ObjectType({ description: 'An invariant that does not hold.' })
export class AuditFinding {
  @Field({ description: 'Such as seat-held-twice.' })
  invariant: string;

  @Field(() => Int, { description: 'How many rows break it.' })
  count: number;

  @Field(() => [String], { description: 'The first of them.' })
  subjects: string[];
}

/** For those who look after the inventory. */
@Resolver()
export class InventoryResolver {
  constructor(
    private readonly counts: ReservationCounts,
    private readonly releases: ReleasesService,
    private readonly auditor: Auditor,
  ) {}

  @Query(() => ReservationStatistics, { description: 'What became of the reservations of an organization.' })
  @Can('statistics.read')
  async reservationStatistics(
    @CurrentPrincipal() principal: Principal,
    @Args() span: ReservationStatisticsArgs,
  ): Promise<ReservationStatistics> {
    authorize('statistics.read', principal, { organizationId: span.organizationId });
    return await this.counts.between(span);
  }

  @Query(() => [AuditFinding], {
    description: 'Checks everything that must hold at every moment. Empty: all is well.',
  })
  @Can('inventory.audit')
  async audit(): Promise<AuditFinding[]> {
    return await this.auditor.run();
  }

  @Mutation(() => Int, {
    description: 'Records every reservation whose time is up, now instead of with the next sweep. Answers how many.',
  })
  @Can('inventory.maintain')
  async cleanUpReservations(): Promise<number> {
    return await this.releases.expireAll();
  }
}
