import { type IncomingHttpHeaders, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestApplication } from './application.js';

/** A webhook as it came in. */
export interface Delivery {
  rawBody: Buffer;
  headers: IncomingHttpHeaders;
  kind: string;
  eventId: string;
  chargeId: string;
  amountMinor: number;
  currency: string;
  occurredAt: string;
}

/** Whom the sandbox gateway sends its webhooks to, instead of the application: it writes down what comes, in order. */
export class Merchant {
  readonly deliveries: Delivery[] = [];
  /** What it answers. */
  status = 200;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks);
      const event = JSON.parse(rawBody.toString()) as Omit<Delivery, 'rawBody' | 'headers'>;
      this.deliveries.push({ ...event, rawBody, headers: request.headers });
      response.writeHead(this.status).end('{}');
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get kinds(): string[] {
    return this.deliveries.map(({ kind }) => kind);
  }

  async start(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    // A test that fails on its way must not keep the process.
    this.server.unref();
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** Sends a form of the sandbox's panel or pay page, as a browser does. @returns the page that comes back */
export async function press(
  { url }: Pick<TestApplication, 'url'>,
  path: string,
  form: Record<string, string> = {},
): Promise<{ status: number; page: string; path: string }> {
  const answer = await fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: answer.status, page: await answer.text(), path: new URL(answer.url).pathname };
}
