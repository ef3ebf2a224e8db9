import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { handleProtocols } from 'graphql-ws';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger as Pino } from 'pino';
import { WebSocketServer } from 'ws';
import { LOG } from '../../logging/logging.module.js';
import { errorFormatter } from '../format-error.js';
import { GRAPHQL_PATH } from '../graphql-context.js';
import { GraphqlSocket, type OperationRunner } from './graphql-socket.js';
import { Operations } from './operations.js';

/** A message has no reason to be longer than a request over HTTP may be. */
const LONGEST_MESSAGE = 256 * 1024;

/** So long a client may take to say goodbye. */
const CLOSING_MS = 1_000;

/**
 * GraphQL over `graphql-transport-ws`. The protocol's messages are read by the graphql-ws library; its server is not
 * used, because it keeps 17 KiB for each subscriber and executes each event once for each of them.
 */
@Injectable()
export class GraphqlSockets implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly server = new WebSocketServer<typeof GraphqlSocket>({
    noServer: true,
    WebSocket: GraphqlSocket,
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols,
  });
  private clock: NodeJS.Timeout | undefined;

  constructor(
    private readonly schemas: GraphQLSchemaHost,
    private readonly host: HttpAdapterHost,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  /** What is open at this moment, and what was sent and has not left this process. */
  get counts(): { sockets: number; operations: number; unreadBytes: number } {
    const counts = { sockets: 0, operations: 0, unreadBytes: 0 };
    for (const { operationCount, bufferedAmount } of this.server.clients) {
      counts.sockets += 1;
      counts.operations += operationCount;
      counts.unreadBytes += bufferedAmount;
    }
    return counts;
  }

  onApplicationBootstrap(): void {
    // A command works with the application's services, but serves nothing.
    if (!this.host.httpAdapter) return;
    const operations = new Operations(this.schemas.schema, errorFormatter(this.log));
    const run: OperationRunner = (...asked) => void operations.run(...asked);
    let connections = 0;
    (this.host.httpAdapter.getHttpServer() as Server).on(
      'upgrade',
      (request: IncomingMessage, raw: Duplex, head: Buffer) => {
        if (request.url?.split('?')[0] !== GRAPHQL_PATH)
          return void raw.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        this.server.handleUpgrade(request, raw, head, (socket) => socket.start(raw, request, run, (connections += 1)));
      },
    );
    this.clock = setInterval(() => this.server.clients.forEach((socket) => socket.tick()), 1_000).unref();
  }

  /** Before Apollo stops: its HTTP server waits for every connection, and these end only when they are told. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.clock);
    const deaf = setTimeout(() => this.server.clients.forEach((client) => client.terminate()), CLOSING_MS);
    this.server.clients.forEach((client) => client.close(1001, 'Going away'));
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    clearTimeout(deaf);
  }
}
