import { Processor } from '@nestjs/bull';
import { Inject } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Logger as Pino } from 'pino';
import { Eventually, LOG } from '#platform';
import { BookableCancelled } from '#catalogue';
import { CalledOffService } from './called-off.service.js';

@Processor('tickets')
export class CalledOffProcessor {
  private running = false;

  constructor(
    private readonly calledOff: CalledOffService,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  @Eventually(BookableCancelled, 'pay-back-called-off')
  async payBack({ bookableId }: BookableCancelled): Promise<void> {
    await this.calledOff.payBack(bookableId);
  }

  /** A payment may have been honoured in the very moment of the cancellation. */
  @Interval(60_000)
  async payBackRest(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await this.calledOff.payBack();
    } catch (error) {
      this.log.error({ err: error }, 'refunds of what was called off; it runs again in a minute');
    } finally {
      this.running = false;
    }
  }
}
