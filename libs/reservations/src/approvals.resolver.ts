import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { IdArgument, badInput, reasonGiven, resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal, authorize } from '#identity';
import { ApprovalsService } from './approvals.service.js';
import { Order } from './order.entity.js';
import { NotAwaitingApproval } from './reservation.refusals.js';

const ApprovalResult = resultUnion('ApprovalResult', [Order, NotAwaitingApproval]);

@Resolver(() => Order)
export class ApprovalsResolver {
  constructor(private readonly approvals: ApprovalsService) {}

  @Query(() => [Order], { description: 'Orders that the organiser has to decide about, the oldest first.' })
  @Can('order.approve')
  async ordersAwaitingApproval(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
  ): Promise<Order[]> {
    authorize('order.approve', principal, { organizationId });
    if (first < 1 || first > 200) throw badInput('first is 1 to 200.', 'first');
    return await this.approvals.waiting(organizationId, first);
  }

  @Mutation(() => ApprovalResult, { description: 'The passenger may pay, and is told so.' })
  @Can('order.approve')
  async approveOrder(@CurrentPrincipal() principal: Principal, @IdArgument('id') id: string): Promise<Order> {
    return await this.approvals.approve(principal, id);
  }

  @Mutation(() => ApprovalResult, { description: 'The places are free again, and the passenger is told why.' })
  @Can('order.approve')
  async rejectOrder(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('id') id: string,
    @Args('reason') reason: string,
  ): Promise<Order> {
    return await this.approvals.reject(principal, id, reasonGiven(reason));
  }
}
