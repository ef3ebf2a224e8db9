import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { createClient } from 'redis';
import { Config } from '../config/config.js';
import { LOG } from '../logging/logging.module.js';

type Handler = (message: string) => void;

/**
 * Messages between processes, best effort: what must not be lost lies in the database, and a listener that missed
 * some catches up from there (`onReconnect`).
 */
@Injectable()
export class PubSub implements OnModuleInit, OnApplicationShutdown {
  private readonly publisher: ReturnType<typeof createClient>;
  private readonly subscriber: ReturnType<typeof createClient>;
  private readonly reconnected: (() => void)[] = [];

  constructor(
    config: Config,
    @Inject(LOG) private readonly log: Pino,
  ) {
    // Without the offline queue a message is dropped while Redis is away instead of piling up.
    this.publisher = createClient({ url: config.REDIS_URL, disableOfflineQueue: true });
    this.subscriber = createClient({ url: config.REDIS_URL });
    for (const client of [this.publisher, this.subscriber]) {
      client.on('error', (error: Error) => this.log.warn({ err: error }, 'Redis connection'));
    }
    let connections = 0;
    this.subscriber.on('ready', () => {
      connections += 1;
      if (connections > 1) this.reconnected.forEach((notify) => notify());
    });
  }

  async onModuleInit(): Promise<void> {
    await Promise.all([this.publisher.connect(), this.subscriber.connect()]);
  }

  async onApplicationShutdown(): Promise<void> {
    this.publisher.destroy();
    this.subscriber.destroy();
    await Promise.resolve();
  }

  /** Sends and forgets. */
  publish(channel: string, message: string): void {
    this.publisher.publish(channel, message).catch((error: unknown) => {
      this.log.warn({ err: error, channel }, 'message not published; listeners will catch up');
    });
  }

  async subscribe(channel: string, handler: Handler): Promise<void> {
    await this.subscriber.subscribe(channel, handler);
  }

  /** Stops listening to a channel, whoever listened. */
  async unsubscribe(channel: string): Promise<void> {
    await this.subscriber
      .unsubscribe(channel)
      .catch((error: unknown) => this.log.warn({ err: error, channel }, 'channel not left'));
  }

  /** Calls `notify` each time the connection came back and messages may have been missed. */
  onReconnect(notify: () => void): void {
    this.reconnected.push(notify);
  }

  /** @throws when Redis does not answer */
  async ping(): Promise<void> {
    await this.publisher.ping();
  }
}
