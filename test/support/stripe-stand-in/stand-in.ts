import { createHmac } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from './api-error.js';
import { StripeBooks } from './books.js';
import { readForm } from './form.js';
import { type Answer, IdempotencyKeys } from './idempotency-keys.js';
import { perform } from './routes.js';
import type { StripeEvent } from './shapes.js';

/** What goes wrong with one request. `lost-answer`: it is done, and the connection breaks before the answer. */
export type Fault = 'lost-answer' | 'hangs' | 'slow' | 'rate-limit' | 'error-500' | 'card-declined' | 'no-balance';

const ERRORS: Partial<Record<Fault, ApiError>> = {
  'rate-limit': new ApiError(429, 'invalid_request_error', 'Too many requests.', 'rate_limit'),
  'error-500': new ApiError(500, 'api_error', 'An unknown error occurred.'),
  'card-declined': new ApiError(402, 'card_error', 'Your card was declined.', 'card_declined'),
  'no-balance': new ApiError(
    400,
    'invalid_request_error',
    'Insufficient funds in your Stripe balance.',
    'balance_insufficient',
  ),
};

const SLOW_MS = 700;

/** A local stand-in of Stripe's HTTP API, with what payers and banks do (`books`) and everything that goes wrong. */
export class StripeStandIn {
  readonly books = new StripeBooks(() => this.url);
  private readonly keys = new IdempotencyKeys();
  /** `POST /v1/refunds`, in the order in which they came. */
  readonly requests: string[] = [];
  private readonly faults: [request: string, fault: Fault][] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next such request goes wrong. */
  fail(request: string, fault: Fault): void {
    this.faults.push([request, fault]);
  }

  /** From now on nothing goes wrong, a day later: the answers of keys are forgotten. */
  heal(): void {
    this.faults.length = 0;
    this.keys.forget();
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

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url!, 'http://stripe');
    const name = `${request.method} ${pathname}`;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.requests.push(name);
    const fault = this.faultOf(name);
    if (fault === 'hangs') return;
    const { status, body: answer } = await this.work(request, name, body || search.slice(1), fault);
    if (fault === 'lost-answer') return void request.socket.destroy();
    // Stripe says when another try makes no sense: the answer would be the same.
    const headers = { 'content-type': 'application/json', ...(status === 500 && { 'stripe-should-retry': 'false' }) };
    response.writeHead(status, headers).end(JSON.stringify(answer));
  }

  private async work(request: IncomingMessage, name: string, body: string, fault: Fault | undefined): Promise<Answer> {
    const key = request.headers['idempotency-key'];
    try {
      if (!request.headers.authorization?.startsWith('Bearer sk_test_'))
        throw new ApiError(401, 'invalid_request_error', 'Invalid API Key provided.');
      return await this.keys.once(typeof key === 'string' ? key : undefined, `${name}?${body}`, async () => {
        if (fault === 'slow') await delay(SLOW_MS);
        return this.perform(name, body, fault);
      });
    } catch (error) {
      return asAnswer(error);
    }
  }

  private perform(name: string, body: string, fault: Fault | undefined): Answer {
    const [method, path] = name.split(' ') as [string, string];
    try {
      const error = fault && ERRORS[fault];
      if (error) throw error;
      return { status: 200, body: perform(this.books, method, path, readForm(body)) };
    } catch (error) {
      return asAnswer(error);
    }
  }

  private faultOf(name: string): Fault | undefined {
    const index = this.faults.findIndex(([request]) => request === name);
    return index === -1 ? undefined : this.faults.splice(index, 1)[0]![1];
  }
}

function asAnswer(error: unknown): Answer {
  if (error instanceof ApiError) return { status: error.status, body: error.body };
  throw error;
}

/** An event as Stripe posts it: the body, and the header that proves who wrote it and when. */
export function signed(
  event: StripeEvent | string,
  secret: string,
  at = new Date(),
): { body: string; headers: { 'content-type': string; 'stripe-signature': string } } {
  const body = typeof event === 'string' ? event : JSON.stringify(event, null, 2);
  const seconds = Math.floor(at.getTime() / 1000);
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return { body, headers: { 'content-type': 'application/json', 'stripe-signature': `t=${seconds},v1=${mac}` } };
}
