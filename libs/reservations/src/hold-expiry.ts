import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Logger as Pino } from 'pino';
import { LOG, ScheduledRun } from '#platform';
import { ReleasesService } from './releases.service.js';

/**
 * The sweep. A hold ends by the clock alone; this records it, frees the places and tells the live maps. Any number of
 * workers may have it: one at a time sweeps, the others find its lock taken and leave.
 */
@Injectable()
export class HoldExpiry {
  private readonly runs: ScheduledRun;

  constructor(
    private readonly releases: ReleasesService,
    @Inject(LOG) private readonly log: Pino,
  ) {
    this.runs = new ScheduledRun(log, 'sweep of expired reservations; it runs again in two seconds');
  }

  @Interval(2_000)
  async sweep(): Promise<void> {
    await this.runs.run(async () => {
      const expired = await this.releases.expireAll();
      if (expired > 0) this.log.info({ expired }, 'reservations expired');
    });
  }
}
