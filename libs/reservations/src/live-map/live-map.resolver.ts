import { Args, Int, Resolver, Subscription } from '@nestjs/graphql';
import { IdArgument, type SharedSource } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { BookablesService } from '#catalogue';
import { JourneyArgs } from '../reservation.inputs.js';
import { LiveMapHub } from './live-map.hub.js';
import { type LiveMapMessage, LiveMapMessageUnion } from './live-map.type.js';

@Resolver()
export class LiveMapResolver {
  constructor(
    private readonly hub: LiveMapHub,
    private readonly bookables: BookablesService,
  ) {}

  @Subscription(() => LiveMapMessageUnion, {
    description:
      'The seats of a bookable, live: a snapshot, then changes, each of which goes on where the message before it ended. Changes of the same moment come as one. After a break give the last number seen as after: what was missed comes as one change, or a snapshot. A client that reads too slowly gets a snapshot once it has caught up.',
    resolve: (message: object) => message,
  })
  @Can('catalogue.read')
  async liveMap(
    @CurrentPrincipal() principal: Principal | undefined,
    @IdArgument('bookableId') bookableId: string,
    @Args() { from, to }: JourneyArgs,
    @Args('after', { type: () => Int, nullable: true, description: 'The sequence of the last message seen.' })
    after?: number,
  ): Promise<SharedSource<LiveMapMessage>> {
    const bookable = await this.bookables.getVisible(principal, bookableId);
    return this.hub.watch(bookable.id, await this.bookables.journey(bookable, from, to), after);
  }
}
