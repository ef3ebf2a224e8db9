import { type Client as SocketClient, createClient } from 'graphql-ws';
import WebSocket from 'ws';

interface Answer<Data> {
  data?: Data;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** A GraphQL error as the caller sees it. */
export class GraphqlFailure extends Error {
  constructor(
    message: string,
    readonly code: string | undefined,
  ) {
    super(message);
  }
}

/** Talks to Holdfast as any other client does: GraphQL over HTTP, and over `graphql-transport-ws`. */
export class Client {
  private sockets: SocketClient | undefined;

  constructor(
    readonly url: string,
    readonly accessToken?: string,
  ) {}

  /** Logs in, or throws. */
  async logIn(email: string, password: string): Promise<Client> {
    const { logIn } = await this.ask<{ logIn: { accessToken?: string; message?: string } }>(
      `mutation ($email: String!, $password: String!) {
         logIn(input: { email: $email, password: $password }) { ... on Session { accessToken } ... on Refusal { message } } }`,
      { email, password },
    );
    if (!logIn.accessToken) throw new Error(`${email} could not log in: ${logIn.message}`);
    return new Client(this.url, logIn.accessToken);
  }

  async register(name: string, email: string, password: string): Promise<Client> {
    const { register } = await this.ask<{ register: { accessToken?: string; message?: string } }>(
      `mutation ($input: RegisterInput!) { register(input: $input) { ... on Session { accessToken } ... on Refusal { message } } }`,
      { input: { name, email, password } },
    );
    if (!register.accessToken) throw new Error(`${email} could not register: ${register.message}`);
    return new Client(this.url, register.accessToken);
  }

  /** @throws GraphqlFailure with the code of the first error */
  async ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const response = await this.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as Answer<Data>;
    if (errors?.[0]) throw new GraphqlFailure(errors[0].message, errors[0].extensions?.code);
    return data!;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      ...(this.accessToken ? { authorization: `Bearer ${this.accessToken}` } : {}),
      ...(init.headers as Record<string, string>),
    };
    return await fetch(new URL(path, this.url), { ...init, headers });
  }

  /** A subscription; end it with `return()`. */
  subscribe<Data>(query: string, variables: Record<string, unknown> = {}): AsyncIterableIterator<Data> {
    this.sockets ??= createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: this.accessToken ? { authorization: `Bearer ${this.accessToken}` } : {},
      retryAttempts: 0,
    });
    const messages = this.sockets.iterate<Data>({ query, variables });
    return {
      next: async () => {
        const { done, value } = await messages.next();
        if (done) return { done, value: undefined };
        if (value.errors?.[0])
          throw new GraphqlFailure(value.errors[0].message, value.errors[0].extensions?.['code'] as string | undefined);
        return { done: false, value: value.data! };
      },
      return: async () => {
        await messages.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async close(): Promise<void> {
    await this.sockets?.dispose();
  }
}
