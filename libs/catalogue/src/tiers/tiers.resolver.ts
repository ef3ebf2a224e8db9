import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { IdArgument } from '#platform';
import { Can, CurrentPrincipal, type Principal, authorize } from '#identity';
import { BookablesService } from '../bookables.service.js';
import { TaxRate } from '../tax/tax-rate.entity.js';
import { TaxRatesService } from '../tax/tax-rates.service.js';
import { Tier } from '../tier.entity.js';
import { CreateTierInput } from './tier.inputs.js';
import { TiersService } from './tiers.service.js';

@Resolver(() => Tier)
export class TiersResolver {
  constructor(
    private readonly bookables: BookablesService,
    private readonly tiers: TiersService,
    private readonly rates: TaxRatesService,
  ) {}

  @Query(() => [Tier], {
    name: 'tiers',
    description:
      'Price classes in order: those that are active and not hidden, and all for members of the organization.',
  })
  @Can('catalogue.read')
  async tiersOf(
    @CurrentPrincipal() principal: Principal | undefined,
    @IdArgument('bookableId') bookableId: string,
  ): Promise<Tier[]> {
    return await this.tiers.visible(principal, await this.bookables.getVisible(principal, bookableId));
  }

  @Mutation(() => Tier, { description: 'Another price class of a trip or event.' })
  @Can('catalogue.write')
  async createTier(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('bookableId') bookableId: string,
    @Args('input') input: CreateTierInput,
  ): Promise<Tier> {
    const { id, organizationId } = await this.bookables.get(bookableId);
    authorize('catalogue.write', principal, { organizationId });
    return await this.tiers.create({ id, organizationId }, input);
  }

  @ResolveField(() => TaxRate, {
    nullable: true,
    description: 'The rate of its own; null: the default rate of the organization’s country.',
  })
  async taxRate(@Parent() { taxRateId }: Tier): Promise<TaxRate | undefined> {
    return taxRateId === null ? undefined : await this.rates.find(taxRateId);
  }
}
