import { type Answer, Connection } from './connection.js';

/** Somebody on a connection of their own who waits for each answer before asking again. */
export class Caller {
  private readonly connection: Connection;
  private answered: ((answer: Answer) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;

  private constructor(private readonly target: URL) {
    this.connection = new Connection(
      0,
      target,
      (_, answer) => this.answered?.(answer),
      (_, error) => this.failed?.(error),
    );
  }

  static async open(url: string): Promise<Caller> {
    const caller = new Caller(new URL(url));
    await caller.connection.open();
    return caller;
  }

  async post(path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
    const lines = [
      `POST ${path} HTTP/1.1`,
      `host: ${this.target.host}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    return await new Promise((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      this.connection.send(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`));
    });
  }

  /** @throws Error when the operation was not executed */
  async ask<T>(query: string, variables: object): Promise<T> {
    const { body } = await this.post('/graphql', JSON.stringify({ query, variables }));
    const { data, errors } = JSON.parse(body) as { data?: T; errors?: unknown[] };
    if (!data || errors) throw new Error(body);
    return data;
  }

  close(): void {
    this.connection.close();
  }
}
