import { Field, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { CalendarFeedsService } from './calendar-feeds.service.js';

@ObjectType({ description: 'A private calendar that shows the upcoming tickets of an account.' })
export class CalendarFeed {
  @Field({
    description:
      'Shown once: whoever has it can read the calendar. With webcal:// instead of https:// a telephone subscribes to it.',
  })
  url: string;
}

@Resolver(() => CalendarFeed)
export class CalendarResolver {
  constructor(private readonly feeds: CalendarFeedsService) {}

  @Mutation(() => CalendarFeed, { description: 'Makes a private calendar address; an older one ends.' })
  @Can('calendar.read')
  async createCalendarFeed(@CurrentPrincipal() principal: Principal): Promise<CalendarFeed> {
    return Object.assign(new CalendarFeed(), { url: await this.feeds.create(principal.userId) });
  }

  @Mutation(() => Boolean, { description: 'Ends the private calendar address; false when there was none.' })
  @Can('calendar.read')
  async revokeCalendarFeed(@CurrentPrincipal() principal: Principal): Promise<boolean> {
    return await this.feeds.revoke(principal.userId);
  }
}
