import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import type { Logger as Pino } from 'pino';
import type { Clock } from '#kernel';
import {
  type Config,
  ConfigModule,
  DatabaseModule,
  GraphqlModule,
  HealthModule,
  InputPipe,
  LoggingModule,
  QueueModule,
  RedisModule,
  StorageModule,
} from '#platform';
import { CatalogueModule } from '#catalogue';
import { IdentityModule } from '#identity';
import { InvoicesModule, InvoicesWorkerModule } from '#invoices';
import { NotificationsModule, NotificationsWorkerModule } from '#notifications';
import { PaymentProviderModule, PaymentsModule, PaymentsWorkerModule } from '#payments';
import { PromosModule } from '#promos';
import { ReservationsModule, ReservationsWorkerModule } from '#reservations';
import { TicketsModule, TicketsWorkerModule } from '#tickets';
import { ValidationModule } from '#validation';
import { entities } from './entities.js';
import { HttpErrorFilter } from './http-error.filter.js';

const QUEUES = ['payments', 'tickets', 'invoices', 'notifications'];

/** Composition only: which parts make this process. */
@Module({})
export class AppModule {
  static for(config: Config, log: Pino, clock?: Clock): DynamicModule {
    const imports: NonNullable<ModuleMetadata['imports']> = [
      ConfigModule.with(config, clock),
      LoggingModule.with(log),
      RedisModule,
      DatabaseModule.with(entities),
      StorageModule,
      HealthModule,
      IdentityModule,
      CatalogueModule,
      PaymentProviderModule.with(config),
      PaymentsModule,
      PromosModule,
      // Before reservations: that money came in is booked before what it pays for.
      InvoicesModule,
      ReservationsModule,
      TicketsModule,
      ValidationModule,
      NotificationsModule.with(config),
    ];
    if (config.servesRequests) imports.push(GraphqlModule);
    if (config.worksOffJobs) {
      imports.push(
        QueueModule.with(QUEUES),
        PaymentsWorkerModule,
        ReservationsWorkerModule,
        TicketsWorkerModule,
        InvoicesWorkerModule,
        NotificationsWorkerModule,
      );
    }
    return {
      module: AppModule,
      imports,
      providers: [
        { provide: APP_PIPE, useClass: InputPipe },
        { provide: APP_FILTER, useClass: HttpErrorFilter },
      ],
    };
  }
}
