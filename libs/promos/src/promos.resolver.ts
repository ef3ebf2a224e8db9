import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { IdArgument, resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal, authorize } from '#identity';
import { Promo } from './promo.entity.js';
import { PromoChangesInput, PromoInput, PromosArgs } from './promo.inputs.js';
import { PromoOffersService } from './promo-offers.service.js';
import { PromoRows } from './promo-rows.js';
import { PromoCodeTaken, PromoLimitTooLow } from './promo.refusals.js';

const CreatePromoResult = resultUnion('CreatePromoResult', [Promo, PromoCodeTaken]);
const UpdatePromoResult = resultUnion('UpdatePromoResult', [Promo, PromoLimitTooLow]);

/** Promos as organisers manage them, in the own organization. */
@Resolver()
export class PromosResolver {
  constructor(
    private readonly offers: PromoOffersService,
    private readonly rows: PromoRows,
  ) {}

  @Query(() => [Promo], { description: 'The promos of the organization with what is used of them, the oldest first.' })
  @Can('promo.write')
  async promos(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args() { first, after }: PromosArgs,
  ): Promise<Promo[]> {
    authorize('promo.write', principal, { organizationId });
    return await this.rows.page(organizationId, first, after);
  }

  @Mutation(() => CreatePromoResult, { description: 'A promo code, or a discount that is given by itself.' })
  @Can('promo.write')
  async createPromo(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args('input') input: PromoInput,
  ): Promise<Promo> {
    authorize('promo.write', principal, { organizationId });
    return await this.offers.create(organizationId, input);
  }

  @Mutation(() => UpdatePromoResult, { description: 'Changes who may use a promo, when and how often.' })
  @Can('promo.write')
  async updatePromo(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('id') id: string,
    @Args('input') input: PromoChangesInput,
  ): Promise<Promo> {
    await this.mayWrite(principal, id);
    return await this.offers.update(id, input);
  }

  @Mutation(() => Promo, { description: 'Ends a promo. Orders that have it keep it.' })
  @Can('promo.write')
  async deactivatePromo(@CurrentPrincipal() principal: Principal, @IdArgument('id') id: string): Promise<Promo> {
    await this.mayWrite(principal, id);
    return await this.offers.deactivate(id);
  }

  private async mayWrite(principal: Principal, id: string): Promise<void> {
    const { organizationId } = await this.rows.get(id);
    authorize('promo.write', principal, { organizationId });
  }
}
