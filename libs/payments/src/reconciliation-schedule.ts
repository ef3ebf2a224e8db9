import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Logger as Pino } from 'pino';
import { LOG, ScheduledRun } from '#platform';
import { ReconciliationService } from './reconciliation.service.js';

/** Asks the provider every half minute about what has stayed open. Any number of workers may do it. */
@Injectable()
export class ReconciliationSchedule {
  private readonly runs: ScheduledRun;

  constructor(
    private readonly reconciliation: ReconciliationService,
    @Inject(LOG) log: Pino,
  ) {
    this.runs = new ScheduledRun(log, 'reconciliation of payments; it runs again in half a minute');
  }

  @Interval(30_000)
  async tick(): Promise<void> {
    await this.runs.run(async () => void (await this.reconciliation.run()));
  }
}
