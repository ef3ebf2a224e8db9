import type { LoggerService } from '@nestjs/common';
import { type Logger as Pino, pino } from 'pino';
import { correlation } from './correlation.js';

/** Paths that never reach a log line, whatever is logged. */
const SECRETS = [
  'password',
  'token',
  'sessionToken',
  'refreshToken',
  'accessToken',
  'authorization',
  'req.headers.authorization',
  'req.headers.cookie',
];

/** The structured log: one JSON line per entry on standard output, each with the correlation id of its request. */
export function createLogger(level: string): Pino {
  return pino({
    level,
    redact: { paths: [...SECRETS, ...SECRETS.map((path) => `*.${path}`)], censor: '[redacted]' },
    mixin: () => {
      const id = correlation.id();
      return id ? { correlationId: id } : {};
    },
  });
}

/** Lets Nest's own `Logger` write to the structured log. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log(message: unknown, ...rest: unknown[]): void {
    // What Nest says while it wires modules and routes is noise to an operator.
    this.write('debug', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(level: 'debug' | 'error' | 'warn' | 'trace', message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const detail = rest.length > 1 ? rest[0] : undefined;
    if (message instanceof Error) this.pino[level]({ context, err: message }, message.message);
    else if (typeof message === 'object') this.pino[level]({ context, ...message }, 'detail');
    else
      this.pino[level](
        { context, ...(detail instanceof Error ? { err: detail } : detail ? { detail } : {}) },
        typeof message === 'string' ? message : JSON.stringify(message),
      );
  }
}
