import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { createClient } from 'redis';
import { Config } from '../config/config.js';
import { LOG } from '../logging/logging.module.js';

/** The connection of this process for commands. While Redis is away they fail at once instead of piling up. */
@Injectable()
export class RedisCommands implements OnModuleInit, OnApplicationShutdown {
  readonly client: ReturnType<typeof createClient>;

  constructor(config: Config, @Inject(LOG) log: Pino) {
    this.client = createClient({ url: config.REDIS_URL, disableOfflineQueue: true });
    this.client.on('error', (error: Error) => log.warn({ err: error }, 'Redis connection'));
  }

  async onModuleInit(): Promise<void> {
    await this.client.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.client.destroy();
    await Promise.resolve();
  }
}
