import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { Logger as Pino } from 'pino';
import { LOG } from '../logging/logging.module.js';
import { CompilingDriver } from './compiled/compiling.driver.js';
import { errorFormatter } from './format-error.js';
import { GRAPHQL_PATH, requestContext } from './graphql-context.js';
import { GraphqlSockets } from './sockets/graphql-sockets.js';
import { InstantScalar } from './instant.scalar.js';
import { PARSE_OPTIONS, queryLimits } from './query-limits.js';
import { returnRefusals } from './return-refusals.js';

@Module({
  imports: [
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: CompilingDriver,
      inject: [LOG],
      useFactory: (log: Pino) => ({
        path: GRAPHQL_PATH,
        autoSchemaFile: true,
        sortSchema: true,
        context: requestContext,
        graphiql: false,
        introspection: true,
        csrfPrevention: true,
        cache: 'bounded',
        parseOptions: PARSE_OPTIONS,
        validationRules: [queryLimits],
        includeStacktraceInErrorResponses: false,
        autoTransformHttpErrors: false,
        formatError: errorFormatter(log),
        transformSchema: returnRefusals,
        plugins: [ApolloServerPluginCacheControlDisabled()],
      }),
    }),
  ],
  providers: [GraphqlSockets, InstantScalar],
})
export class GraphqlModule {}
