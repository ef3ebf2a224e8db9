import { MessageType } from 'graphql-ws';
import type { GraphQLFormattedError } from 'graphql';
import type { GraphqlSocket, RunningOperation } from './graphql-socket.js';
import type { SharedSelection } from './shared-selection.js';
import type { SharedSource, SharedStream, SharedSubscriber } from './shared-source.js';

/** One operation of a client, which has the answers to itself. */
export class Operation implements RunningOperation {
  isClosed = false;
  private stream: AsyncIterator<unknown> | undefined;

  constructor(
    readonly socket: GraphqlSocket,
    readonly id: string,
  ) {
    socket.begin(id, this);
  }

  /** The client does not want it any more. */
  close(): void {
    this.isClosed = true;
    // A stream that cannot even end: there is nobody to tell.
    this.stream?.return?.().catch(() => undefined);
  }

  /** What is asked for next, as long as there is something and the client wants it. */
  async *eventsOf(source: AsyncIterable<unknown>): AsyncGenerator<unknown, void> {
    const stream = source[Symbol.asyncIterator]();
    this.stream = stream;
    if (this.isClosed) this.close();
    for (;;) {
      const { done, value } = await stream.next();
      if (done === true || this.isClosed) return;
      yield value;
    }
  }

  async next(payload: object): Promise<void> {
    if (!this.isClosed) await this.socket.sendMessage({ id: this.id, type: MessageType.Next, payload });
  }

  async complete(): Promise<void> {
    if (this.socket.end(this.id, this)) await this.socket.sendMessage({ id: this.id, type: MessageType.Complete });
  }

  async fail(payload: GraphQLFormattedError[]): Promise<void> {
    if (this.socket.end(this.id, this))
      await this.socket.sendMessage({ id: this.id, type: MessageType.Error, payload });
  }
}

/** A subscriber of a shared source. It takes over from the operation that found the source. */
export class SharedOperation implements RunningOperation, SharedSubscriber<object> {
  private stream: SharedStream | undefined;

  constructor(
    private readonly socket: GraphqlSocket,
    private readonly id: string,
    private readonly selection: SharedSelection,
    private readonly format: (error: unknown) => GraphQLFormattedError,
  ) {}

  open(source: SharedSource<object>): void {
    this.socket.begin(this.id, this);
    this.stream = source.open(this);
  }

  take(event: object): boolean {
    if (this.socket.isBehind) {
      this.socket.whenCaughtUp(() => this.stream?.restart());
      return false;
    }
    try {
      this.socket.sendEnding(this.id, this.selection.endingOf(event));
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  fail(error: unknown): void {
    if (!this.socket.end(this.id, this)) return;
    this.close();
    void this.socket.sendMessage({ id: this.id, type: MessageType.Error, payload: [this.format(error)] });
  }

  close(): void {
    this.stream?.close();
    this.stream = undefined;
    this.selection.leave();
  }
}
