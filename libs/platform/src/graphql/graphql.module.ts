import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger as Pino } from 'pino';
import { newId } from '#kernel';
import { LOG } from '../logging/logging.module.js';
import { errorFormatter } from './format-error.js';

/** What a resolver's `@Context()` holds: the request's headers and address, over HTTP and websocket alike. */
export interface GraphqlContext {
  req: { headers: Record<string, string | string[] | undefined>; ip: string; id: string };
  reply?: FastifyReply;
}

/** What graphql-ws hands over for a socket: the headers that the client sent as connection parameters. */
interface SocketContext {
  connectionParams?: Record<string, unknown>;
  extra: { request: { headers: Record<string, string | string[] | undefined>; socket: { remoteAddress?: string } } };
}

export const GRAPHQL_PATH = '/graphql';

function context(request: FastifyRequest | SocketContext, reply?: FastifyReply): GraphqlContext {
  if ('extra' in request) {
    const { headers, socket } = request.extra.request;
    const authorization = request.connectionParams?.['authorization'] ?? request.connectionParams?.['Authorization'];
    const given = typeof authorization === 'string' ? { authorization } : {};
    return { req: { headers: { ...headers, ...given }, ip: socket.remoteAddress ?? '', id: newId() } };
  }
  return { req: request, reply };
}

@Module({
  imports: [
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: ApolloDriver,
      inject: [LOG],
      useFactory: (log: Pino) => ({
        path: GRAPHQL_PATH,
        autoSchemaFile: true,
        sortSchema: true,
        context,
        graphiql: false,
        introspection: true,
        csrfPrevention: true,
        cache: 'bounded',
        includeStacktraceInErrorResponses: false,
        autoTransformHttpErrors: false,
        formatError: errorFormatter(log),
        subscriptions: { 'graphql-ws': { path: GRAPHQL_PATH } },
      }),
    }),
  ],
})
export class GraphqlModule {}
