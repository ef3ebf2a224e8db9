import { Args, Field, ID, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { IdArgument, resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal, authorize } from '#identity';
import { BookablesService, Tier, TiersService, UpdateTierInput } from '#catalogue';
import { TierChangesService } from './tier-changes.service.js';
import { TierHeld, TierSold, TierTaken } from './tier.refusals.js';

@ObjectType({ description: 'A tier that is no more.' })
export class TierDeleted {
  @Field(() => ID)
  id: string;
}

const UpdateTierResult = resultUnion('UpdateTierResult', [Tier, TierSold, TierTaken]);
const DeleteTierResult = resultUnion('DeleteTierResult', [TierDeleted, TierSold, TierHeld]);

/** Changes of price classes, which may have been sold. */
@Resolver()
export class TierChangesResolver {
  constructor(
    private readonly bookables: BookablesService,
    private readonly tiers: TiersService,
    private readonly changes: TierChangesService,
  ) {}

  @Mutation(() => UpdateTierResult, {
    description:
      'Changes a price class. Once a place was sold its price stays; its quantity is never less than what is sold and held. Whoever holds a place pays what he was promised.',
  })
  @Can('catalogue.write')
  async updateTier(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('id') id: string,
    @Args('input') input: UpdateTierInput,
  ): Promise<Tier> {
    return await this.changes.update(await this.own(principal, id), input);
  }

  @Mutation(() => DeleteTierResult, {
    description: 'Deletes a price class that nobody has ordered or holds. Others can be deactivated with updateTier.',
  })
  @Can('catalogue.write')
  async deleteTier(@CurrentPrincipal() principal: Principal, @IdArgument('id') id: string): Promise<TierDeleted> {
    const tier = await this.own(principal, id);
    await this.changes.delete(tier);
    return Object.assign(new TierDeleted(), { id: tier.id });
  }

  private async own(principal: Principal, id: string): Promise<Tier> {
    const tier = await this.tiers.get(id);
    const { organizationId } = await this.bookables.get(tier.bookableId);
    authorize('catalogue.write', principal, { organizationId });
    return tier;
  }
}
