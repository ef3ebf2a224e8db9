import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Tier } from '#catalogue';
import { JourneyArgs } from './reservation.inputs.js';
import { TierAvailability, TierAvailabilityService } from './tier-availability.js';

@Resolver(() => Tier)
export class TierAvailabilityResolver {
  constructor(private readonly availabilities: TierAvailabilityService) {}

  @ResolveField(() => TierAvailability, { description: 'For a journey; for a whole trip when nothing is said.' })
  async availability(@Parent() tier: Tier, @Args() { from, to }: JourneyArgs): Promise<TierAvailability> {
    return await this.availabilities.of(tier, from, to);
  }
}
