import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  type ExecutionArgs,
  GraphQLError,
  type GraphQLFormattedError,
  Kind,
  execute,
  parse,
  specifiedRules,
  subscribe,
  validate,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger as Pino } from 'pino';
import { WebSocketServer } from 'ws';
import { newId } from '#kernel';
import { correlation } from '../logging/correlation.js';
import { LOG } from '../logging/logging.module.js';
import { errorFormatter } from './format-error.js';
import { GRAPHQL_PATH, type GraphqlContext, type SocketContext, socketContext } from './graphql-context.js';
import { PARSE_OPTIONS, queryLimits } from './query-limits.js';

/** A message has no reason to be longer than a request over HTTP may be. */
const LONGEST_MESSAGE = 256 * 1024;

/** So long a client may take to say goodbye. */
const CLOSING_MS = 1_000;

/**
 * GraphQL over `graphql-transport-ws`, with the limits and the masked errors of HTTP. Nest's own socket server sends
 * errors as they are, ends the connection at a query that does not parse, and takes messages of 100 MiB.
 */
@Injectable()
export class GraphqlSockets implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE });
  private server: { dispose(): void | Promise<void> } | undefined;
  private readonly format: ReturnType<typeof errorFormatter>;

  constructor(
    private readonly schemas: GraphQLSchemaHost,
    private readonly host: HttpAdapterHost,
    @Inject(LOG) log: Pino,
  ) {
    this.format = errorFormatter(log);
  }

  onApplicationBootstrap(): void {
    // A command works with the application's services, but serves nothing.
    if (!this.host.httpAdapter) return;
    this.server = useServer<Record<string, unknown>, SocketContext['extra']>(
      {
        isProd: true,
        onSubscribe: (context, _id, payload) => this.prepare(context, payload),
        execute: (args: ExecutionArgs) => correlation.run(idOf(args), () => execute(args)),
        subscribe: (args: ExecutionArgs) => correlation.run(idOf(args), () => subscribe(args)),
        onError: (_context, _id, _payload, errors) =>
          correlation.run(newId(), () => errors.map((error) => this.formatted(error))),
        onNext: (_context, _id, _payload, args, result) =>
          result.errors && {
            ...result,
            errors: correlation.run(idOf(args), () => result.errors!.map((error) => this.formatted(error))),
          },
      },
      this.sockets,
    );
    (this.host.httpAdapter.getHttpServer() as Server).on(
      'upgrade',
      (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (request.url?.split('?')[0] !== GRAPHQL_PATH)
          return void socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        this.sockets.handleUpgrade(request, socket, head, (accepted) =>
          this.sockets.emit('connection', accepted, request),
        );
      },
    );
  }

  /** Before Apollo stops: its HTTP server waits for every connection, and these end only when they are told. */
  async onModuleDestroy(): Promise<void> {
    const deaf = setTimeout(() => this.sockets.clients.forEach((client) => client.terminate()), CLOSING_MS);
    await this.server?.dispose();
    clearTimeout(deaf);
  }

  private prepare(
    context: SocketContext,
    { query, operationName, variables }: SubscribePayload,
  ): ExecutionArgs | GraphQLError[] {
    const { schema } = this.schemas;
    try {
      const document = parse(query, PARSE_OPTIONS);
      const errors = validate(schema, document, [...specifiedRules, queryLimits]);
      if (errors.length > 0) return errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
      return { schema, document, operationName, variableValues: variables, contextValue: socketContext(context) };
    } catch (error) {
      if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
      throw error;
    }
  }

  private formatted(error: GraphQLError | GraphQLFormattedError): GraphQLError {
    const known = error instanceof GraphQLError && isAboutVariables(error) ? withCode(error, 'BAD_USER_INPUT') : error;
    const { message, path, locations, extensions } = this.format(
      known instanceof GraphQLError ? known.toJSON() : known,
      known,
    );
    // graphql-ws wants the class, and takes what toJSON gives.
    return Object.assign(new GraphQLError(message), { toJSON: () => ({ message, path, locations, extensions }) });
  }
}

function idOf({ contextValue }: ExecutionArgs): string {
  return (contextValue as GraphqlContext).req.id;
}

/** Values that do not fit their variables: graphql-js says so before any field, without a path. */
function isAboutVariables(error: GraphQLError): boolean {
  return (
    error.path === undefined &&
    error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION &&
    error.extensions['code'] === undefined
  );
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { ...error.extensions, code },
  });
}
