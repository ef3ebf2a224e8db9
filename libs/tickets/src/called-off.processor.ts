import { Processor } from '@nestjs/bull';
import { Inject } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Logger as Pino } from 'pino';
import { Eventually, LOG, ScheduledRun } from '#platform';
import { BookableCancelled } from '#catalogue';
import { CalledOffService } from './called-off.service.js';

@Processor('tickets')
export class CalledOffProcessor {
  private readonly runs: ScheduledRun;

  constructor(
    private readonly calledOff: CalledOffService,
    @Inject(LOG) log: Pino,
  ) {
    this.runs = new ScheduledRun(log, 'refunds of what was called off; it runs again in a minute');
  }

  @Eventually(BookableCancelled, 'pay-back-called-off')
  async payBack({ bookableId }: BookableCancelled): Promise<void> {
    await this.calledOff.payBack(bookableId);
  }

  /** A payment may have been honoured in the very moment of the cancellation. */
  @Interval(60_000)
  async payBackRest(): Promise<void> {
    await this.runs.run(async () => void (await this.calledOff.payBack()));
  }
}
