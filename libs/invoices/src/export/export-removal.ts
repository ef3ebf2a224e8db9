import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Logger as Pino } from 'pino';
import { Clock, timeOf } from '#kernel';
import { LOG, ScheduledRun, Storage, Turns } from '#platform';
import { EXPORTS } from './accounting-export.service.js';

const QUARTER_MS = 15 * 60_000;

/** Long after their link has ended: whoever is in the middle of a download is not disturbed. */
const KEPT_MS = 24 * 60 * 60_000;

const FILE = /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.csv$/;

/** Files for book-keeping programs are made anew for whoever asks; old ones are removed. */
@Injectable()
export class ExportRemoval {
  private readonly runs: ScheduledRun;

  constructor(
    private readonly storage: Storage,
    private readonly clock: Clock,
    private readonly turns: Turns,
    @Inject(LOG) private readonly log: Pino,
  ) {
    this.runs = new ScheduledRun(log, 'removal of old export files; it runs again in a quarter of an hour');
  }

  /** Of all workers one, a little less than a quarter of an hour from one run to the next. */
  @Interval(QUARTER_MS)
  async tick(): Promise<void> {
    await this.runs.run(async () => {
      if (!(await this.turns.take('export-removal', QUARTER_MS - 60_000))) return;
      const removed = await this.removeOld();
      if (removed > 0) this.log.info({ removed }, 'old export files removed');
    });
  }

  /** @returns how many */
  async removeOld(): Promise<number> {
    const before = this.clock.now().getTime() - KEPT_MS;
    let removed = 0;
    for (const key of await this.storage.list(EXPORTS)) {
      const id = FILE.exec(key)?.[1];
      if (id === undefined || timeOf(id).getTime() >= before) continue;
      await this.storage.delete(key);
      removed += 1;
    }
    return removed;
  }
}
