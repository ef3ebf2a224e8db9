import type { Logger as Pino } from 'pino';

/** Work on a schedule: left out while the run before goes on. One that fails is logged, and the next comes all the same. */
export class ScheduledRun {
  private running = false;

  constructor(
    private readonly log: Pino,
    /** What is written when it fails. */
    private readonly failure: string,
  ) {}

  async run(work: () => Promise<void>): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await work();
    } catch (error) {
      this.log.error({ err: error }, this.failure);
    } finally {
      this.running = false;
    }
  }
}
