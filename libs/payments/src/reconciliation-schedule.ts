import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Logger as Pino } from 'pino';
import { LOG } from '#platform';
import { ReconciliationService } from './reconciliation.service.js';

/** Asks the provider every half minute about what has stayed open. Any number of workers may do it. */
@Injectable()
export class ReconciliationSchedule {
  private running = false;

  constructor(
    private readonly reconciliation: ReconciliationService,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  @Interval(30_000)
  async tick(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await this.reconciliation.run();
    } catch (error) {
      this.log.error({ err: error }, 'reconciliation of payments; it runs again in half a minute');
    } finally {
      this.running = false;
    }
  }
}
