import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { IdArgument } from '#platform';
import { Can, CurrentPrincipal, type Principal, authorize } from '#identity';
import { OrganizationsService } from '../organizations.service.js';
import { TaxRate } from './tax-rate.entity.js';
import { TaxRateInput, UpdateTaxRateInput } from './tax-rate.inputs.js';
import { TaxRatesService } from './tax-rates.service.js';

/** Rates of tax, for the organisers who charge them. */
@Resolver(() => TaxRate)
export class TaxRatesResolver {
  constructor(
    private readonly rates: TaxRatesService,
    private readonly organizations: OrganizationsService,
  ) {}

  @Query(() => [TaxRate], { description: 'All of the organization, by country and name.' })
  @Can('catalogue.write')
  async taxRates(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
  ): Promise<TaxRate[]> {
    authorize('catalogue.write', principal, { organizationId });
    return await this.rates.list(organizationId);
  }

  @Mutation(() => TaxRate)
  @Can('catalogue.write')
  async createTaxRate(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args('input') input: TaxRateInput,
  ): Promise<TaxRate> {
    authorize('catalogue.write', principal, { organizationId });
    await this.organizations.get(organizationId);
    return await this.rates.create(organizationId, input);
  }

  @Mutation(() => TaxRate, {
    description: 'Its name and what it is taken for. The rate itself never changes: make another one.',
  })
  @Can('catalogue.write')
  async updateTaxRate(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('id') id: string,
    @Args('input') input: UpdateTaxRateInput,
  ): Promise<TaxRate> {
    const { organizationId } = await this.rates.get(id);
    authorize('catalogue.write', principal, { organizationId });
    return await this.rates.update(id, input);
  }
}
