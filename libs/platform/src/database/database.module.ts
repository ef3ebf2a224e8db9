import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { Auditor } from '../auditing/auditor.js';
import { Config } from '../config/config.js';
import { dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { DomainEvents } from './domain-events.js';
import { HotPool } from './hot-pool.js';
import { Idempotency } from './idempotency.js';

@Global()
@Module({})
export class DatabaseModule {
  /** @param entities of all libraries: one data source for the whole application */
  static with(entities: EntityTarget<ObjectLiteral>[]): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        DiscoveryModule,
        TypeOrmModule.forRootAsync({
          inject: [Config],
          useFactory: (config: Config) => ({
            ...dataSourceOptions({
              url: config.DATABASE_URL,
              replicaUrl: config.DATABASE_REPLICA_URL,
              poolSize: config.DATABASE_POOL_SIZE,
              entities: entities as (() => unknown)[],
            }),
            retryAttempts: 5,
            retryDelay: 1000,
          }),
        }),
      ],
      providers: [Database, HotPool, DomainEvents, Idempotency, Auditor],
      exports: [Database, HotPool, DomainEvents, Idempotency, Auditor],
    };
  }
}
