import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { IdArgument, reasonGiven } from '#platform';
import { AccountsService, Can, CurrentPrincipal, MemberRole, Membership, type Principal, authorize } from '#identity';
import { Bookable, Event, Trip } from './bookable.type.js';
import { BookablesService } from './bookables.service.js';
import { EventInput, RouteInput, StopInput, TripInput, VenueInput } from './catalogue.inputs.js';
import { Organization } from './organization.entity.js';
import { OrganizationInput } from './organization.inputs.js';
import { OrganizationsService } from './organizations.service.js';
import { PublishingService } from './publishing.service.js';
import { Route } from './route.entity.js';
import { SeatMap } from './seat-map.entity.js';
import { SeatMapsService } from './seat-maps.service.js';
import { Stop } from './stop.entity.js';
import { Venue } from './venue.entity.js';

/** What an organiser makes by hand, in the own organization. */
@Resolver()
export class OrganiserResolver {
  constructor(
    private readonly publishing: PublishingService,
    private readonly seatMaps: SeatMapsService,
    private readonly bookables: BookablesService,
    private readonly organizations: OrganizationsService,
    private readonly accounts: AccountsService,
  ) {}

  @Mutation(() => Organization, { description: 'Changes the rules of the organization.' })
  @Can('catalogue.write')
  async updateOrganization(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('id') id: string,
    @Args('input') input: OrganizationInput,
  ): Promise<Organization> {
    await this.mayWrite(principal, id);
    return await this.organizations.update(id, input);
  }

  @Mutation(() => Membership, { description: 'Gives an account a role in the organization.' })
  @Can('catalogue.write')
  async addMember(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args('email') email: string,
    @Args('role', { type: () => MemberRole }) role: MemberRole,
  ): Promise<Membership> {
    await this.mayWrite(principal, organizationId);
    return await this.accounts.addMemberByEmail(email, organizationId, role);
  }

  @Mutation(() => SeatMap, {
    description: "The organization's seat map of a ready-made layout: coach-49, minibus-16, small-hall, hall-standing.",
  })
  @Can('catalogue.write')
  async createSeatMap(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args('layout') layout: string,
  ): Promise<SeatMap> {
    await this.mayWrite(principal, organizationId);
    return await this.seatMaps.get(await this.seatMaps.ensureLayout(organizationId, layout));
  }

  @Mutation(() => Stop)
  @Can('catalogue.write')
  async createStop(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args('input') input: StopInput,
  ): Promise<Stop> {
    await this.mayWrite(principal, organizationId);
    return await this.publishing.createStop(organizationId, input);
  }

  @Mutation(() => Route)
  @Can('catalogue.write')
  async createRoute(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args('input') input: RouteInput,
  ): Promise<Route> {
    await this.mayWrite(principal, organizationId);
    return await this.publishing.createRoute(organizationId, input);
  }

  @Mutation(() => Venue)
  @Can('catalogue.write')
  async createVenue(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args('input') input: VenueInput,
  ): Promise<Venue> {
    await this.mayWrite(principal, organizationId);
    return await this.publishing.createVenue(organizationId, input);
  }

  @Mutation(() => Trip, { description: 'A draft; publishBookable puts it on sale.' })
  @Can('catalogue.write')
  async createTrip(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args('input') input: TripInput,
  ): Promise<Bookable> {
    await this.mayWrite(principal, organizationId);
    return await this.publishing.createTrip(organizationId, input);
  }

  @Mutation(() => Event, { description: 'A draft; publishBookable puts it on sale.' })
  @Can('catalogue.write')
  async createEvent(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('organizationId') organizationId: string,
    @Args('input') input: EventInput,
  ): Promise<Bookable> {
    await this.mayWrite(principal, organizationId);
    return await this.publishing.createEvent(organizationId, input);
  }

  @Mutation(() => Bookable, { description: 'Puts a draft on sale. What is on sale already stays as it is.' })
  @Can('catalogue.write')
  async publishBookable(@CurrentPrincipal() principal: Principal, @IdArgument('id') id: string): Promise<Bookable> {
    const { organizationId } = await this.bookables.get(id);
    authorize('catalogue.write', principal, { organizationId });
    return await this.bookables.publish(id);
  }

  @Mutation(() => Bookable, {
    description:
      'It will not take place: nothing is sold any more, and everything that was paid goes back in the background. See Bookable.cancellation.',
  })
  @Can('catalogue.write')
  async cancelBookable(
    @CurrentPrincipal() principal: Principal,
    @IdArgument('id') id: string,
    @Args('reason') reason: string,
  ): Promise<Bookable> {
    const { organizationId } = await this.bookables.get(id);
    authorize('catalogue.write', principal, { organizationId });
    return await this.bookables.cancel(id, reasonGiven(reason));
  }

  /** Membership first: who does not belong learns nothing, not even whether the organization exists. */
  private async mayWrite(principal: Principal, organizationId: string): Promise<void> {
    authorize('catalogue.write', principal, { organizationId });
    await this.organizations.get(organizationId);
  }
}
