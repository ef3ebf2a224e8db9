import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface SocketMessage {
  type: string;
  id?: string;
  payload?: { data?: unknown; errors?: { message: string; extensions?: { code?: string } }[] };
}

/** A client of `graphql-transport-ws` that does what a test says and nothing by itself; it may even stop reading. */
export class BareClient {
  readonly received: SocketMessage[] = [];
  private taken = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => void this.received.push(JSON.parse(String(data)) as SocketMessage));
    socket.on('error', () => undefined);
  }

  static async open(url: string, connectionParams?: object): Promise<BareClient> {
    const client = new BareClient(new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws'));
    await once(client.socket, 'open');
    client.send({ type: 'connection_init', payload: connectionParams });
    await client.next();
    return client;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}, operationName?: string): void {
    this.send({ id, type: 'subscribe', payload: { query, variables, operationName } });
  }

  /** The next message that was not taken yet. @throws Error after five seconds */
  async next(): Promise<SocketMessage> {
    if (this.received.length <= this.taken)
      await once(this.socket, 'message', { signal: AbortSignal.timeout(5_000) }).catch(() => {
        throw new Error(`no message after ${JSON.stringify(this.received.at(-1))}`);
      });
    return this.received[this.taken++]!;
  }

  async closed(): Promise<number> {
    return ((await once(this.socket, 'close', { signal: AbortSignal.timeout(5_000) })) as [number])[0];
  }
}
