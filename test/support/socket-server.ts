import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GraphQLObjectType, buildSchema } from 'graphql';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { SharedSource, type SharedStream, type SharedSubscriber, createLogger } from '#platform';
import { errorFormatter } from '../../libs/platform/src/graphql/format-error.js';
import { GraphqlSocket } from '../../libs/platform/src/graphql/sockets/graphql-socket.js';
import { Operations } from '../../libs/platform/src/graphql/sockets/operations.js';

export interface Tick {
  tick: { number: number; text: string };
}

/** Tells every subscriber what the test says; a fresh start is the newest tick. */
class Ticks extends SharedSource<Tick> {
  readonly subscribers = new Set<SharedSubscriber<Tick>>();
  readonly refused: SharedSubscriber<Tick>[] = [];
  restarts = 0;

  override open(subscriber: SharedSubscriber<Tick>): SharedStream {
    this.subscribers.add(subscriber);
    return {
      restart: () => {
        this.restarts += 1;
        this.refused.splice(this.refused.indexOf(subscriber), 1);
        subscriber.take({ tick: { number: -1, text: 'fresh' } });
      },
      close: () => void this.subscribers.delete(subscriber),
    };
  }

  tell(number: number, text = ''): void {
    const event = { tick: { number, text } };
    for (const subscriber of this.subscribers)
      if (!this.refused.includes(subscriber) && !subscriber.take(event)) this.refused.push(subscriber);
  }
}

/** @throws Error when it does not become so within five seconds */
export async function until<T>(read: () => T, isSo: (value: T) => boolean): Promise<void> {
  for (let waited = 0; !isSo(read()); waited += 5) {
    if (waited > 5_000) throw new Error(`still ${JSON.stringify(read())}`);
    await sleep(5);
  }
}

/** A schema of its own behind the sockets of the platform, without the rest of the application. */
export class SocketServer {
  readonly ticks = new Ticks();
  readonly sockets = new WebSocketServer<typeof GraphqlSocket>({
    noServer: true,
    WebSocket: GraphqlSocket,
    perMessageDeflate: false,
    handleProtocols,
  });
  /** How often `Tick.number` was executed. */
  executed = 0;
  /** How many streams of `count` have ended. */
  ended = 0;
  private readonly schema = buildSchema(`
    type Query { number: Int, slow: Int }
    type Tick { number: Int, text: String, wrong: Int, late: Int, times(by: Int): Int }
    type Subscription { tick(room: Int): Tick, count(to: Int): Int, broken: Int, hidden: Int }`);
  private readonly server: Server;

  private constructor() {
    this.resolveQueries();
    this.resolveTicks();
    this.resolveSubscriptions();
    const operations = new Operations(this.schema, errorFormatter(createLogger('silent')));
    this.server = createServer().on('upgrade', (request, raw, head) =>
      this.sockets.handleUpgrade(request, raw, head, (socket) =>
        socket.start(raw, request, (...asked) => void operations.run(...asked), 0),
      ),
    );
  }

  static async start(): Promise<SocketServer> {
    const made = new SocketServer();
    await once(made.server.listen(0, '127.0.0.1'), 'listening');
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get running(): number {
    return [...this.sockets.clients].reduce((sum, { operationCount }) => sum + operationCount, 0);
  }

  /** Waits until the ticks have so many subscribers. */
  async subscribed(count: number): Promise<void> {
    await until(
      () => this.ticks.subscribers.size,
      (size) => size === count,
    );
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.server.close();
    await this.subscribed(0);
  }

  private resolveQueries(): void {
    const { number, slow } = this.schema.getQueryType()!.getFields();
    number!.resolve = () => 7;
    slow!.resolve = async () => await sleep(300, 1);
  }

  private resolveTicks(): void {
    const { number, wrong, late, times } = (this.schema.getType('Tick') as GraphQLObjectType<Tick['tick']>).getFields();
    number!.resolve = (tick) => {
      this.executed += 1;
      return tick.number;
    };
    wrong!.resolve = () => {
      throw new Error('a secret of the database');
    };
    late!.resolve = async () => await Promise.resolve(1);
    times!.resolve = (tick, { by }: { by: number }) => tick.number * by;
  }

  private resolveSubscriptions(): void {
    const { tick, count, broken, hidden } = this.schema.getSubscriptionType()!.getFields();
    const counted = this.counted.bind(this);
    tick!.subscribe = () => this.ticks;
    count!.subscribe = (_root, { to }: { to: number }) => counted(to);
    broken!.subscribe = async function* () {
      yield { broken: 1 };
      await Promise.resolve();
      throw new Error('a secret of the database');
    };
    hidden!.subscribe = () => {
      throw new Error('a secret of the database');
    };
  }

  private async *counted(to: number): AsyncGenerator<{ count: number }> {
    try {
      for (let count = 1; count <= to; count += 1) {
        yield { count };
        await sleep(5);
      }
    } finally {
      this.ended += 1;
    }
  }
}
