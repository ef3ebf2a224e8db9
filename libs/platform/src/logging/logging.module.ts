import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Logger as Pino } from 'pino';

/** Injection token of the structured log: `@Inject(LOG) private readonly log: Pino`. */
export const LOG = Symbol('log');

@Global()
@Module({})
export class LoggingModule {
  static with(log: Pino): DynamicModule {
    return { module: LoggingModule, providers: [{ provide: LOG, useValue: log }], exports: [LOG] };
  }
}
