import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { requestContext } from '../graphql-context.js';
import { CompiledOperations, graphqlOperations } from './compiled-operations.js';

/** Apollo, with the operations that come again and again executed by plans on the same route. */
@Injectable()
export class CompilingDriver extends ApolloDriver {
  override async start(options: ApolloDriverConfig): Promise<void> {
    const { schema, formatError, path } = options;
    if (!schema || !formatError) throw new Error('the GraphQL module lacks an option');
    const compiled = new CompiledOperations(schema, requestContext, formatError);
    const server = this.httpAdapterHost.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onRoute', (route) => {
      if (route.url === path) route.handler = compiledFirst(compiled, route.handler);
    });
    await super.start(options);
  }
}

function compiledFirst(compiled: CompiledOperations, apollo: RouteOptions['handler']): RouteOptions['handler'] {
  return async function (request, reply) {
    // It is of the person who asked, and of this moment.
    void reply.header('cache-control', 'no-store');
    const answer = await compiled.answer(request, reply);
    graphqlOperations.inc({ way: answer === undefined ? 'apollo' : 'compiled' });
    return answer ?? (await apollo.call(this, request, reply));
  };
}
