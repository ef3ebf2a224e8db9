export { Auditor, type Finding, type Invariant } from './auditing/auditor.js';
export { Config, ConfigError, parseConfig } from './config/config.js';
export { ConfigModule } from './config/config.module.js';
export { envExample } from './config/env-example.js';
export { dataSourceOptions } from './database/data-source.js';
export { Again, Database, sqlState } from './database/database.js';
export { DatabaseModule } from './database/database.module.js';
export { Gathering } from './database/gathering.js';
export { Atomically, AtomicallyTogether, DomainEvents, type EventType } from './database/domain-events.js';
export { type BoundStatement, HotPool, type Statement } from './database/hot-pool.js';
export { Idempotency, keyReused } from './database/idempotency.js';
export { SharedRead } from './database/shared-read.js';
export { deadlocks } from './database/sturdy-client.js';
export { isConnectionLost } from './database/lost-connection.js';
export { ACCESS, Public } from './graphql/access.js';
export {
  badInput,
  busy,
  forbidden,
  httpStatusOf,
  notFound,
  unauthenticated,
  unavailable,
} from './graphql/caller-errors.js';
export { InputPipe } from './graphql/input.pipe.js';
export { serveGraphiQL } from './graphql/graphiql.js';
export { GRAPHQL_PATH, type GraphqlContext } from './graphql/graphql-context.js';
export { GraphqlModule } from './graphql/graphql.module.js';
export { IdArgument } from './graphql/id-argument.js';
export { IdempotencyKey } from './graphql/idempotency-key.js';
export { reasonGiven } from './graphql/reason.js';
export { Refusal } from './graphql/refusal.js';
export { ScheduledRun } from './queue/scheduled-run.js';
export { takeAnswersAtOnce } from './graphql/quick-contexts.js';
export { Unscoped } from './graphql/unscoped.js';
export { resultUnion } from './graphql/result-union.js';
export { GraphqlSockets } from './graphql/sockets/graphql-sockets.js';
export { SharedSource, type SharedStream, type SharedSubscriber } from './graphql/sockets/shared-source.js';
export { httpDuration } from './health/health.controller.js';
export { HealthModule } from './health/health.module.js';
export { type Caller, correlation } from './logging/correlation.js';
export { NestLogger, createLogger } from './logging/logger.js';
export { LOG, LoggingModule } from './logging/logging.module.js';
export { Browser } from './printing/browser.js';
export { interFontFaces } from './printing/inter.js';
export { PrintingModule } from './printing/printing.module.js';
export { Eventually } from './queue/eventually.js';
export { QueueModule } from './queue/queue.module.js';
export { Attempts } from './redis/attempts.js';
export { PubSub } from './redis/pub-sub.js';
export { RedisModule } from './redis/redis.module.js';
export { Turns } from './redis/turns.js';
export { DownloadLinks } from './storage/download-links.js';
export { Storage, type StoredFile } from './storage/storage.js';
export { StorageModule } from './storage/storage.module.js';
