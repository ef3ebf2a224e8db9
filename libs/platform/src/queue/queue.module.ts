import { BullModule } from '@nestjs/bull';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { Config } from '../config/config.js';
import { OutboxRelay } from './outbox-relay.js';

/** Bull on Redis, the schedule, and the relay from the outbox: only in processes that work off jobs. */
@Global()
@Module({})
export class QueueModule {
  /** @param queues the names that processors of this application use */
  static with(queues: string[]): DynamicModule {
    return {
      module: QueueModule,
      imports: [
        DiscoveryModule,
        ScheduleModule.forRoot(),
        BullModule.forRootAsync({
          inject: [Config],
          useFactory: (config: Config) => ({ url: config.REDIS_URL, prefix: 'holdfast' }),
        }),
        BullModule.registerQueue(...queues.map((name) => ({ name }))),
      ],
      providers: [OutboxRelay],
      exports: [BullModule],
    };
  }
}
