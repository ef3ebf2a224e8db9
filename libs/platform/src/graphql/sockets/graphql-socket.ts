import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, type SubscribePayload, parseMessage } from 'graphql-ws';
import { type RawData, WebSocket } from 'ws';
import type { SocketCaller } from '../graphql-context.js';

/** An operation of a client that runs until it ends or is ended. */
export interface RunningOperation {
  close(): void;
}

/** Runs what a client asks for. It enters the operation with `socket.begin` before it waits for anything. */
export type OperationRunner = (socket: GraphqlSocket, id: string, request: SubscribePayload) => void;

/** A client that leaves more than this unread is sent no events and is not listened to until it has caught up. */
export const MOST_UNREAD = 256 * 1024;

/** An id of an operation comes back with each of its messages. */
const LONGEST_ID = 256;

const GREETING_SECONDS = 3;
const SECONDS_BETWEEN_PROBES = 12;

/** So many pings in a row may stay without an answer. */
const MOST_UNANSWERED = 2;

/** Of the handshake alone; what is left is kept for the operations to come. */
const OF_THE_HANDSHAKE = /^(sec-websocket-.*|connection|upgrade|host|pragma|cache-control|accept-encoding)$/;

const BINARY_NO = { binary: false };

/**
 * A connection that speaks `graphql-transport-ws`. Its state lies in the socket itself and its listeners are the same
 * functions for all, so that ten thousand idle ones take little more memory than bare sockets.
 */
export class GraphqlSocket extends WebSocket implements SocketCaller {
  headers: IncomingHttpHeaders;
  connectionParams: Record<string, unknown> | undefined;
  private raw: Duplex & { remoteAddress?: string };
  private run: OperationRunner;
  private turn: number;
  private seconds = 0;
  private isGreeted = false;
  private unanswered = 0;
  private readonly operations = new Map<string, RunningOperation>();
  private delayed: (() => void)[] | undefined;

  /** What follows the upgrade. @param turn any number: sockets with different ones are not probed all at once */
  start(raw: Duplex, { headers }: IncomingMessage, run: OperationRunner, turn: number): void {
    this.raw = raw;
    this.run = run;
    this.turn = turn;
    this.headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_HANDSHAKE.test(name)));
    // A frame that is wrong or too long: ws ends the connection and says why; nothing is left to do.
    this.on('error', ignore).on('close', onClose);
    if (this.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL)
      return this.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
    this.on('message', onMessage).on('pong', onPong);
  }

  get remoteAddress(): string | undefined {
    return this.raw.remoteAddress;
  }

  get operationCount(): number {
    return this.operations.size;
  }

  get isBehind(): boolean {
    return this.bufferedAmount > MOST_UNREAD;
  }

  /** Enters an operation, or what takes its place under the same id. */
  begin(id: string, operation: RunningOperation): void {
    this.operations.set(id, operation);
  }

  /** @returns whether it was still running */
  end(id: string, operation: RunningOperation): boolean {
    return this.operations.get(id) === operation && this.operations.delete(id);
  }

  /** Sends one message; resolves when it has left this process, or never will. */
  async sendMessage(message: object): Promise<void> {
    if (this.readyState !== WebSocket.OPEN) return;
    await new Promise<void>((resolve) => {
      this.send(JSON.stringify(message), () => resolve());
    });
  }

  /** Sends a message of an operation whose rest is ready. */
  sendEnding(id: string, ending: Buffer): void {
    if (this.readyState !== WebSocket.OPEN) return;
    const beginning = `{"id":${JSON.stringify(id)}`;
    const length = Buffer.byteLength(beginning);
    const message = Buffer.allocUnsafe(length + ending.length);
    message.write(beginning);
    ending.copy(message, length);
    this.send(message, BINARY_NO);
  }

  /** Does it when everything that was sent has left this process. For a client that is behind. */
  whenCaughtUp(work: () => void): void {
    if (this.delayed) return void this.delayed.push(work);
    this.delayed = [work];
    this.raw.once('drain', () => {
      const works = this.delayed ?? [];
      this.delayed = undefined;
      works.forEach((each) => each());
    });
  }

  /** Every second: gives up on a client that never greets, and on one that is not there any more. */
  tick(): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.seconds += 1;
    if (!this.isGreeted && this.seconds > GREETING_SECONDS)
      return this.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
    if ((this.seconds + this.turn) % SECONDS_BETWEEN_PROBES !== 0) return;
    if (this.unanswered >= MOST_UNANSWERED) return this.terminate();
    this.unanswered += 1;
    this.ping();
  }

  answered(): void {
    this.unanswered = 0;
  }

  receive(data: RawData): void {
    if (this.readyState !== WebSocket.OPEN) return;
    let message: ReturnType<typeof parseMessage>;
    try {
      // oxlint-disable-next-line typescript/no-base-to-string -- with the default binary type it is a Buffer
      message = parseMessage(String(data));
    } catch {
      return this.close(CloseCode.BadRequest, 'Invalid message received');
    }
    switch (message.type) {
      case MessageType.ConnectionInit:
        if (this.isGreeted)
          return this.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
        this.isGreeted = true;
        this.connectionParams = message.payload ?? undefined;
        return void this.sendMessage({ type: MessageType.ConnectionAck });
      case MessageType.Ping:
        return void this.sendMessage({ type: MessageType.Pong, payload: message.payload });
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        if (!this.isGreeted) return this.close(CloseCode.Unauthorized, 'Unauthorized');
        if (this.operations.has(message.id))
          return this.close(
            CloseCode.SubscriberAlreadyExists,
            `Subscriber for ${message.id.slice(0, 64)} already exists`,
          );
        if (message.id.length > LONGEST_ID) return this.close(CloseCode.BadRequest, 'The id is too long');
        return this.run(this, message.id, message.payload);
      case MessageType.Complete:
        this.operations.get(message.id)?.close();
        return void this.operations.delete(message.id);
      default:
        return this.close(CloseCode.BadRequest, 'Unexpected message');
    }
  }

  /** Nobody listens any more: ends what runs. */
  endAll(): void {
    this.delayed = undefined;
    const running = [...this.operations.values()];
    this.operations.clear();
    running.forEach((operation) => operation.close());
  }
}

function onMessage(this: WebSocket, data: RawData): void {
  const socket = this as GraphqlSocket;
  socket.receive(data);
  if (!socket.isBehind || socket.isPaused) return;
  // It asks on and on without reading the answers.
  socket.pause();
  socket.whenCaughtUp(() => socket.resume());
}

function onPong(this: WebSocket): void {
  (this as GraphqlSocket).answered();
}

function onClose(this: WebSocket): void {
  (this as GraphqlSocket).endAll();
}

function ignore(): void {
  // A listener must be there, or Node ends the process.
}
