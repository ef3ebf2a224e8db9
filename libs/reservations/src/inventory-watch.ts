import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Logger as Pino } from 'pino';
import { Auditor, LOG } from '#platform';

/** Audits the running installation every hour: for the metric, and for whoever reads the log. */
@Injectable()
export class InventoryWatch {
  constructor(
    private readonly auditor: Auditor,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  @Interval(3_600_000)
  async audit(): Promise<void> {
    try {
      const findings = await this.auditor.run();
      if (findings.length > 0) this.log.error({ findings }, 'invariants do not hold');
    } catch (error) {
      this.log.error({ err: error }, 'audit; it runs again in an hour');
    }
  }
}
