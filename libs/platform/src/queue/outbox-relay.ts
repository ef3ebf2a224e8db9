import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import { getQueueToken } from '@nestjs/bull';
import { Interval } from '@nestjs/schedule';
import type { Job, Queue } from 'bull';
import type { Logger as Pino } from 'pino';
import { Clock } from '#kernel';
import { Database } from '../database/database.js';
import { OUTBOX_CHANNEL } from '../database/domain-events.js';
import { LOG } from '../logging/logging.module.js';
import { PubSub } from '../redis/pub-sub.js';
import { EVENTUALLY, type EventJob, type Subscription } from './eventually.js';

interface Delivery {
  event_id: string;
  queue: string;
  job: string;
  payload: object;
  correlation_id: string;
}

/** A job that Redis lost is put back after this long; one that is still there is left alone (same job id). */
const REDRIVE_AFTER_MS = 60_000;
const BATCH = 200;
/** 0.5 s, 1 s, 2 s, … about 17 minutes in all; then the delivery is marked failed and stays in the table. */
const ATTEMPTS = 12;

/**
 * Turns outbox rows into Bull jobs, in workers. Each event becomes one delivery row per interested job, in one
 * transaction; the job's end marks it done. What Redis forgets is known to the database and sent again.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly subscriptions = new Map<string, { queue: string; job: string }[]>();
  private readonly queues = new Map<string, Queue<EventJob<object>>>();
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly pubSub: PubSub,
    private readonly discovery: DiscoveryService,
    private readonly modules: ModuleRef,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const { metatype } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function') continue;
      const subscriptions = Reflect.getMetadata(EVENTUALLY, metatype) as Subscription[] | undefined;
      const queue = subscriptions && queueOf(metatype);
      for (const { event, job } of subscriptions ?? []) {
        this.subscriptions.set(event.type, [...(this.subscriptions.get(event.type) ?? []), { queue: queue!, job }]);
        this.follow(queue!);
      }
    }
    await this.pubSub.subscribe(OUTBOX_CHANNEL, () => this.wake());
    this.wake();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Messages wake the relay at once; this catches what was committed while Redis was away. */
  @Interval(1_000)
  wake(): void {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = this.drain()
      .catch((error: unknown) => this.log.error({ err: error }, 'outbox relay; it tries again in a second'))
      .finally(() => {
        this.running = undefined;
        if (this.again) {
          this.again = false;
          this.wake();
        }
      });
  }

  /** Works until the outbox is empty. */
  private async drain(): Promise<void> {
    let found = BATCH;
    while (found === BATCH && !this.stopped) found = await this.relayBatch();
    await this.enqueueWaiting();
  }

  private async relayBatch(): Promise<number> {
    return await this.database.transaction(async () => {
      // SKIP LOCKED: several workers share the outbox without waiting for each other.
      const events = await this.database.query<{ id: string; type: string }>(
        `SELECT id, type FROM outbox WHERE relayed_at IS NULL ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
      );
      if (events.length === 0) return 0;
      const deliveries = events.flatMap(({ id, type }) =>
        (this.subscriptions.get(type) ?? []).map((target) => ({ id, ...target })),
      );
      await this.database.query(
        `INSERT INTO outbox_deliveries (event_id, queue, job)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`,
        [deliveries.map(({ id }) => id), deliveries.map(({ queue }) => queue), deliveries.map(({ job }) => job)],
      );
      await this.database.query(`UPDATE outbox SET relayed_at = $2 WHERE id = ANY($1::uuid[])`, [
        events.map(({ id }) => id),
        this.clock.now(),
      ]);
      return events.length;
    });
  }

  private async enqueueWaiting(): Promise<void> {
    const now = this.clock.now();
    const waiting = await this.database.query<Delivery>(
      `WITH due AS (
         SELECT event_id, job FROM outbox_deliveries
         WHERE done_at IS NULL AND failed_at IS NULL AND (enqueued_at IS NULL OR enqueued_at < $2)
         ORDER BY event_id LIMIT 1000 FOR UPDATE SKIP LOCKED)
       UPDATE outbox_deliveries d SET enqueued_at = $1 FROM due, outbox o
       WHERE d.event_id = due.event_id AND d.job = due.job AND o.id = d.event_id
       RETURNING d.event_id, d.queue, d.job, o.payload, o.correlation_id`,
      [now, new Date(now.getTime() - REDRIVE_AFTER_MS)],
    );
    for (const { event_id, queue, job, payload, correlation_id } of waiting) {
      await this.queues.get(queue)?.add(
        job,
        { eventId: event_id, correlationId: correlation_id, event: payload },
        {
          jobId: `${event_id}/${job}`,
          attempts: ATTEMPTS,
          backoff: { type: 'exponential', delay: 500 },
          removeOnComplete: true,
          removeOnFail: true,
        },
      );
    }
  }

  private follow(name: string): void {
    if (this.queues.has(name)) return;
    const queue = this.modules.get<Queue<EventJob<object>>>(getQueueToken(name), { strict: false });
    this.queues.set(name, queue);
    queue.on('completed', (job: Job<EventJob<object>>) => {
      const { eventId, correlationId } = job.data;
      const ms = (job.finishedOn ?? 0) - (job.processedOn ?? 0);
      this.log.info({ job: job.name, eventId, correlationId, attempt: job.attemptsMade + 1, ms }, 'job done');
      this.mark(job, 'done_at');
    });
    queue.on('failed', (job: Job<EventJob<object>>, error: Error) => {
      this.log.error(
        {
          err: error,
          job: job.name,
          eventId: job.data.eventId,
          attempt: job.attemptsMade,
          correlationId: job.data.correlationId,
        },
        'job failed',
      );
      if (job.attemptsMade >= (job.opts.attempts ?? 1)) this.mark(job, 'failed_at');
    });
    queue.on('error', (error: Error) => this.log.warn({ err: error, queue: name }, 'queue connection'));
  }

  private mark(job: Job<EventJob<object>>, column: 'done_at' | 'failed_at'): void {
    this.database
      .query(`UPDATE outbox_deliveries SET ${column} = $3 WHERE event_id = $1 AND job = $2`, [
        job.data.eventId,
        job.name,
        this.clock.now(),
      ])
      // Not marked means sent again, and consumers are idempotent.
      .catch((error: unknown) => this.log.warn({ err: error, job: job.name }, 'job end not recorded'));
  }
}

function queueOf(processor: object): string {
  const metadata = Reflect.getMetadata('bull:module_queue', processor) as { name?: string } | undefined;
  if (!metadata?.name)
    throw new Error(`${(processor as { name: string }).name} has @Eventually methods but no @Processor('queue')`);
  return metadata.name;
}
