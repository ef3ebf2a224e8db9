import { Field, Int, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Bookable, BookableState } from '#catalogue';
import { CurrentPrincipal, type Principal, may } from '#identity';
import { CalledOffService } from './called-off.service.js';

@ObjectType({
  description: 'How far it is with paying back what was sold of a trip or event that does not take place.',
})
export class Cancellation {
  @Field(() => Int, { description: 'That were valid or used.' })
  tickets: number;

  @Field(() => Int)
  cancelled: number;

  @Field({ description: 'In minor units, as text: it may be more than an Int holds.' })
  refundMinor: string;

  @Field({ description: 'So much of it has arrived.' })
  refundedMinor: string;
}

/** The library that owns tickets extends the bookable's type. */
@Resolver(() => Bookable)
export class CalledOffResolver {
  constructor(private readonly calledOff: CalledOffService) {}

  @ResolveField(() => Cancellation, {
    nullable: true,
    description: 'Of a cancelled trip or event, for its organisers; otherwise null.',
  })
  async cancellation(
    @Parent() { id, state, organizationId }: Bookable,
    @CurrentPrincipal() principal: Principal | undefined,
  ): Promise<Cancellation | null> {
    if (state !== BookableState.CANCELLED || !may('statistics.read', principal, { organizationId })) return null;
    const { refundMinor, refundedMinor, ...tickets } = await this.calledOff.progress(id);
    return { ...tickets, refundMinor: String(refundMinor), refundedMinor: String(refundedMinor) };
  }
}
