import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { createClient } from 'redis';
import { Config } from '../config/config.js';
import { LOG } from '../logging/logging.module.js';
import { RedisCommands } from './redis-commands.js';

type Handler = (message: string) => void;

/**
 * Messages between processes, best effort: what must not be lost lies in the database, and a listener that missed
 * some catches up from there (`onReconnect`).
 */
@Injectable()
export class PubSub implements OnModuleInit, OnApplicationShutdown {
  private readonly subscriber: ReturnType<typeof createClient>;
  private readonly reconnected: (() => void)[] = [];

  constructor(
    config: Config,
    private readonly commands: RedisCommands,
    @Inject(LOG) private readonly log: Pino,
  ) {
    this.subscriber = createClient({ url: config.REDIS_URL });
    this.subscriber.on('error', (error: Error) => this.log.warn({ err: error }, 'Redis connection'));
    let connections = 0;
    this.subscriber.on('ready', () => {
      connections += 1;
      if (connections > 1) this.reconnected.forEach((notify) => notify());
    });
  }

  async onModuleInit(): Promise<void> {
    await this.subscriber.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.subscriber.destroy();
    await Promise.resolve();
  }

  /** Sends and forgets; while Redis is away the message is dropped. */
  publish(channel: string, message: string): void {
    this.commands.client.publish(channel, message).catch((error: unknown) => {
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
    await this.commands.client.ping();
  }
}
