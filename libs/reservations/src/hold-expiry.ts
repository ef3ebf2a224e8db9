import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Logger as Pino } from 'pino';
import { LOG } from '#platform';
import { LiveMap } from './live-map.js';
import { ReleasesService } from './releases.service.js';

/**
 * The sweep. A hold ends by the clock alone; this records it, frees the seats and tells the live maps. Several workers
 * may run it at once: they skip each other's rows.
 */
@Injectable()
export class HoldExpiry {
  private running = false;

  constructor(
    private readonly releases: ReleasesService,
    private readonly liveMap: LiveMap,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  @Interval(2_000)
  async sweep(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      let expired: number;
      do {
        expired = await this.releases.expireDue();
        if (expired > 0) this.log.info({ expired }, 'reservations expired');
      } while (expired > 0);
    } catch (error) {
      this.log.error({ err: error }, 'sweep of expired reservations; it runs again in two seconds');
    } finally {
      this.running = false;
    }
  }

  @Interval(600_000)
  async forget(): Promise<void> {
    await this.liveMap
      .forgetOld()
      .catch((error: unknown) => this.log.error({ err: error }, 'old live map changes were not removed'));
  }
}
