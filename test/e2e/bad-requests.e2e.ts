import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import WebSocket from 'ws';
import { newId } from '#kernel';
import { DownloadLinks } from '#platform';
import { type TestApplication, startApplication } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { type Account, account, operator, placeOrder, trip } from '../support/fixtures.js';
import { CALLERS_MISTAKES, LEAK, contents, quiet, send } from '../support/hostile.js';
import { type Bought, type Sale, reserve } from '../support/sale.js';

describe('bad requests', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let passenger: Account;
  let sale: Sale;
  let order: Bought;
  let before: Record<string, string>;

  beforeAll(async () => {
    application = await startApplication({}, clock);
    passenger = await account(application);
    const { organization } = await operator(application);
    sale = await trip(application, organization.id);
    order = await placeOrder(passenger, await reserve(passenger.client, sale, ['1A']));
    await quiet(application);
  });
  afterAll(async () => {
    await application.close();
  });
  // Nothing in this file is good enough to change anything.
  beforeEach(async () => {
    before = await contents(application);
  });
  afterEach(async () => {
    expect(await contents(application)).toEqual(before);
  });

  describe('over HTTP', () => {
    const repeat = (count: number, part: (index: number) => string): string =>
      Array.from({ length: count }, (_, index) => part(index)).join(' ');
    const query = (text: string, variables?: unknown): string => JSON.stringify({ query: text, variables });

    // prettier-ignore
    it.each<[string, () => string | Buffer, string, Record<string, string>?]>([
      ['malformed JSON', () => '{"query": "{ me { id } }"', 'BAD_USER_INPUT'],
      ['no body', () => '', 'BAD_USER_INPUT'],
      ['null', () => 'null', 'BAD_REQUEST'],
      ['a number', () => '7', 'BAD_REQUEST'],
      ['an empty object', () => '{}', 'BAD_REQUEST'],
      ['a query that is no text', () => '{"query": 7}', 'BAD_REQUEST'],
      ['variables that are no object', () => query('{ me { id } }', 'x'), 'BAD_REQUEST'],
      ['a batch', () => `[${query('{ trips { nodes { id } } }')}]`, 'BAD_REQUEST'],
      ['bytes that are no UTF-8', () => Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'BAD_USER_INPUT'],
      ['another media type', () => '{ me { id } }', 'BAD_USER_INPUT', { 'content-type': 'application/graphql' }],
      ['a form, which any page of the web can send', () => 'query=mutation', 'BAD_REQUEST', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['a query that does not parse', () => query('{ me {'), 'GRAPHQL_PARSE_FAILED'],
      ['an unknown field', () => query('{ passwords { hash } }'), 'GRAPHQL_VALIDATION_FAILED'],
      ['an unknown operation name', () => JSON.stringify({ query: 'query A { __typename }', operationName: 'B' }), 'OPERATION_RESOLUTION_FAILURE'],
      ['a fragment inside itself', () => query('{ ...A } fragment A on Query { ...A }'), 'GRAPHQL_VALIDATION_FAILED'],
      ['50,000 levels', () => query(`{${'a{'.repeat(50_000)}`), 'GRAPHQL_PARSE_FAILED'],
      ['50,000 brackets in a value', () => query(`{ stops(name: ${'['.repeat(50_000)}) { id } }`), 'GRAPHQL_PARSE_FAILED'],
      ['50,000 brackets in a variable', () => `{"query":"query ($a: String!) { stops(name: $a) { id } }","variables":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`, 'BAD_USER_INPUT'],
      ['20 levels', () => query(`{ trips { nodes ${'{ ... on Trip { route { id } } ... on Bookable '.repeat(1)}{ id } } } me ${'{ memberships '.repeat(20)}{ role }${'}'.repeat(20)} }`), 'GRAPHQL_VALIDATION_FAILED'],
      ['1,000 aliases of an expensive field', () => query(`{ bookable(id: "${sale.bookable.id}") { ${repeat(1_000, (n) => `a${n}: seats(from: 0, to: 3) { state }`)} } }`), 'GRAPHQL_PARSE_FAILED'],
      ['100 aliases of an expensive field', () => query(`{ bookable(id: "${sale.bookable.id}") { ${repeat(100, (n) => `a${n}: seats(from: 0, to: 3) { state }`)} } }`), 'GRAPHQL_VALIDATION_FAILED'],
      ['100 log-ins in one request', () => query(`mutation { ${repeat(100, (n) => `a${n}: logIn(input: { email: "a@b.test", password: "${n}" }) { __typename }`)} }`), 'GRAPHQL_VALIDATION_FAILED'],
      ['fragments that double ten times', () => query(`{ trips { ...F0 } } ${repeat(10, (n) => `fragment F${n} on TripPage { a${n}: nodes { id } ...F${n + 1} b${n}: nodes { id } ...F${n + 1} }`)} fragment F10 on TripPage { endCursor }`), 'GRAPHQL_VALIDATION_FAILED'],
      ['introspection without end', () => query(`{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }`), 'GRAPHQL_VALIDATION_FAILED'],
      ['a text of 1 MB', () => query('query ($a: String!) { stops(name: $a) { id } }', { a: 'x'.repeat(1_000_000) }), 'BAD_USER_INPUT'],
      ['10,000 seats', () => query('mutation ($i: ReserveInput!) { reserve(input: $i) { __typename } }', { i: { bookableId: sale.bookable.id, seats: Array.from({ length: 10_000 }, () => ({ seatId: newId() })) } }), 'BAD_USER_INPUT'],
    ])('%s', async (...[, body, code, headers]) => {
      const answer = await send(application.url, body(), headers);
      expect(new Set(answer.codes)).toEqual(new Set([code]));
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.status).toBeLessThan(500);
      expect(answer.text).not.toMatch(LEAK);
      expect(answer.text.length).toBeLessThan(8_000);
    });

    it('says 413 to what is too long, in the shape that GraphQL clients read', async () => {
      const answer = await send(application.url, query('{ me { id } }', { a: 'x'.repeat(256 * 1024) }));
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        413,
        {
          errors: [
            { message: expect.any(String), extensions: { code: 'BAD_USER_INPUT', requestId: expect.any(String) } },
          ],
        },
      ]);
    });

    it('mutates nothing by GET, and answers no GET that a page elsewhere could send', async () => {
      const get = async (text: string, headers: Record<string, string>): Promise<number> =>
        (
          await fetch(`${application.url}/graphql?query=${encodeURIComponent(text)}`, {
            headers: { accept: 'application/json', ...headers },
          })
        ).status;
      expect(
        await get('mutation { requestPasswordReset(email: "a@b.test") }', { 'apollo-require-preflight': 'yes' }),
      ).toBe(405);
      expect(await get('{ trips { nodes { id } } }', {})).toBe(400);
      expect(await get('{ trips { nodes { id } } }', { 'apollo-require-preflight': 'yes' })).toBe(200);
    });

    it('lets the longest honest queries through: what GraphiQL asks, and a seat map with everything', async () => {
      const { getIntrospectionQuery } = await import('graphql');
      expect(
        (await send(application.url, query(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true })))).codes,
      ).toEqual([]);
      const everything = `{ bookable(id: "${sale.bookable.id}") { id title organization { name } tiers { name } seatMap { areas { name } seats { id label } } seats(from: 0, to: 3) { state seat { id label category } }
        ... on Trip { route { longName } calls { name localDeparture stop { timeZone } } } a: availability(from: 0, to: 1) { available } b: availability(from: 1, to: 2) { available } } }`;
      expect((await send(application.url, query(everything))).codes).toEqual([]);
    });
  });

  describe('over a websocket', () => {
    const CLOSED_WITHIN_MS = 5_000;

    async function open(): Promise<WebSocket> {
      const socket = new WebSocket(`${application.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      await once(socket, 'open');
      return socket;
    }
    async function closeCode(socket: WebSocket): Promise<number> {
      return ((await once(socket, 'close', { signal: AbortSignal.timeout(CLOSED_WITHIN_MS) })) as [number])[0];
    }
    async function next(socket: WebSocket): Promise<{ type: string; payload?: unknown }> {
      const [data] = (await once(socket, 'message', { signal: AbortSignal.timeout(CLOSED_WITHIN_MS) })) as [Buffer];
      return JSON.parse(String(data)) as { type: string; payload?: unknown };
    }
    async function greeted(payload?: object): Promise<WebSocket> {
      const socket = await open();
      socket.send(JSON.stringify({ type: 'connection_init', payload }));
      expect((await next(socket)).type).toBe('connection_ack');
      return socket;
    }

    it.each<[string, string | Buffer, number]>([
      ['garbage', 'garbage', 4400],
      ['bytes', Buffer.from([0, 255, 1]), 4400],
      ['an unknown kind of message', '{"type":"hello"}', 4400],
      ['a subscription before the greeting', '{"id":"1","type":"subscribe","payload":{"query":"{ me { id } }"}}', 4401],
      ['a message of 1 MB', 'x'.repeat(1_000_000), 1009],
    ])('ends the connection for %s', async (_what, frame, code) => {
      const socket = await open();
      const closed = closeCode(socket);
      socket.send(frame);
      expect(await closed).toBe(code);
    });

    it('ends the connection of somebody who never greets', async () => {
      expect(await closeCode(await open())).toBe(4408);
    });

    // prettier-ignore
    it.each<[string, string, unknown, string]>([
      ['an unknown trip', 'subscription ($id: ID!) { liveMap(bookableId: $id) { __typename } }', { id: newId() }, 'NOT_FOUND'],
      ['an id that is none', 'subscription ($id: ID!) { liveMap(bookableId: $id) { __typename } }', { id: "'" }, 'BAD_USER_INPUT'],
      ['a null byte', 'subscription ($id: ID!) { liveMap(bookableId: $id) { __typename } }', { id: 'a\0' }, 'BAD_USER_INPUT'],
      ['no id', 'subscription ($id: ID!) { liveMap(bookableId: $id) { __typename } }', {}, 'BAD_USER_INPUT'],
      ['a number that is too large', 'subscription ($n: Int) { liveMap(bookableId: "x", after: $n) { __typename } }', { n: 1e308 }, 'BAD_USER_INPUT'],
      ['null for an argument with a default', 'query ($n: Int) { trips(first: $n) { endCursor } }', { n: null }, 'BAD_USER_INPUT'],
      ['an unknown field', 'subscription { passwords { hash } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      ['a query that does not parse', 'subscription {', {}, 'GRAPHQL_PARSE_FAILED'],
      ['10,000 levels', `{${'a{'.repeat(10_000)}`, {}, 'GRAPHQL_PARSE_FAILED'],
      ['100 aliases', `{ ${Array.from({ length: 100 }, (_, n) => `a${n}: trips { endCursor }`).join(' ')} }`, {}, 'GRAPHQL_VALIDATION_FAILED'],
      ['a mutation that is not allowed', 'mutation { createStop(organizationId: "01935b0e-7c1a-7cc0-8f6b-2f0a4a0f1a11", input: { name: "a", timeZone: "UTC" }) { id } }', {}, 'UNAUTHENTICATED'],
    ])('refuses %s and keeps the connection', async (_what, text, variables, code) => {
      const socket = await greeted();
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: text, variables } }));
      const answer = JSON.stringify(await next(socket));
      expect(answer).toContain(`"code":"${code}"`);
      expect(answer).toContain('"requestId"');
      expect(answer).not.toMatch(LEAK);
      expect(CALLERS_MISTAKES).toContain(code);
      socket.send('{"type":"ping"}');
      expect(await pongOf(socket)).toBe('pong');
      socket.close();
    });

    /** After an error that came as a result, `complete` comes first. */
    async function pongOf(socket: WebSocket): Promise<string> {
      const { type } = await next(socket);
      return type === 'complete' ? await pongOf(socket) : type;
    }

    it.each([[{}], [[]], [7], ['']])('refuses a token that is %j', async (authorization) => {
      const socket = await greeted({ authorization });
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ trips { endCursor } }' } }));
      expect(JSON.stringify(await next(socket))).toContain('"code":"UNAUTHENTICATED"');
      socket.close();
    });
  });

  describe('at the webhook', () => {
    const event = (changes: object = {}): string =>
      JSON.stringify({
        eventId: `evt_${newId()}`,
        kind: 'charge.succeeded',
        chargeId: order.payment!.payUrl.split('/').at(-1),
        amountMinor: 1000,
        currency: 'GBP',
        ...changes,
      });
    const signature = (body: string, secondsAgo = 0, secret = application.env['SANDBOX_WEBHOOK_SECRET']!): string => {
      const seconds = Math.floor(clock.now().getTime() / 1000) - secondsAgo;
      return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
    };
    const deliver = async (
      body: string,
      signed: string | undefined,
      type = 'application/json',
      provider = 'sandbox',
    ): Promise<Response> =>
      await fetch(`${application.url}/webhooks/payments/${provider}`, {
        method: 'POST',
        body,
        headers: { 'content-type': type, ...(signed === undefined ? {} : { 'x-sandbox-signature': signed }) },
      });

    // prettier-ignore
    it.each<[string, number, () => [string, string | undefined, string?, string?]]>([
      ['without a signature', 401, () => [event(), undefined]],
      ['with a signature of nonsense', 401, () => [event(), 'nonsense']],
      ['with a signature of another secret', 401, () => [event(), signature(event(), 0, 'another secret')]],
      ['with the signature of another body', 401, () => [event({ amountMinor: 1 }), signature(event())]],
      ['with an old signature', 401, () => ((body) => [body, signature(body, 301)])(event())],
      ['with a signature of the future', 401, () => ((body) => [body, signature(body, -301)])(event())],
      ['for an unknown payment', 404, () => ((body) => [body, signature(body)])(event({ chargeId: 'ch_unknown' }))],
      ['of an unknown provider', 404, () => ((body) => [body, signature(body), undefined, 'nobody'])(event())],
      ['signed, but no JSON', 400, () => ['garbage', signature('garbage')]],
      ['signed, but not sent as JSON', 401, () => ['garbage', signature('garbage'), 'text/plain']],
      ['signed, but null', 400, () => ['null', signature('null')]],
      ['signed, but empty', 400, () => ['{}', signature('{}')]],
      ['signed, but without an event id', 400, () => ((body) => [body, signature(body)])(event({ eventId: undefined }))],
      ['signed, with a null byte', 400, () => ((body) => [body, signature(body)])(event({ eventId: 'a\0b' }))],
      ['signed, with a negative amount', 400, () => ((body) => [body, signature(body)])(event({ amountMinor: -1000 }))],
      ['signed, with an amount that is no Int', 400, () => ((body) => [body, signature(body)])(event({ amountMinor: 1e12 }))],
      ['signed, with half a penny', 400, () => ((body) => [body, signature(body)])(event({ amountMinor: 0.5 }))],
    ])('refuses one %s', async (_what, status, make) => {
      const answer = await deliver(...make());
      expect([answer.status, await answer.text()]).toEqual([status, expect.not.stringMatching(LEAK)]);
    });
  });

  describe('at the pages', () => {
    /** As it is: `fetch` tidies addresses up. */
    async function raw(path: string, method = 'GET', body?: string): Promise<{ status: number; text: string }> {
      const { hostname, port } = new URL(application.url);
      return await new Promise((resolve, reject) => {
        request(
          {
            hostname,
            port,
            path,
            method,
            headers: body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
          },
          (response) => {
            let text = '';
            response
              .on('data', (data) => (text += String(data)))
              .on('end', () => resolve({ status: response.statusCode!, text }));
          },
        )
          .on('error', reject)
          .end(body);
      });
    }

    it.each([
      '/sandbox/pay/ch_unknown',
      '/sandbox/pay/%00',
      '/sandbox/pay/%ff',
      "/sandbox/pay/'%20OR%201=1--",
      '/files/forged',
      '/files/forged.forged',
      '/files/..%2f..%2f..%2fetc%2fpasswd',
      '/files/../../../../etc/passwd',
      '/files/%2e%2e/%2e%2e/package.json',
      '/files/%00',
      `/files/${'x'.repeat(5_000)}`,
      '/calendar/feed/forged.ics',
      '/calendar/feed/%00.ics',
      '/dev/mail/messages/..%2f..%2fpackage.json',
      '/dev/mail/messages/forged.eml',
      '/dev/mail/messages/forged/attachments/-1',
    ])('GET %s finds nothing', async (path) => {
      const { status, text } = await raw(path);
      expect([400, 404, 414]).toContain(status);
      expect(text).not.toMatch(LEAK);
      expect(text).not.toMatch(/root:|"dependencies"/);
    });

    it('opens a download link for ten minutes, and none that was changed', async () => {
      const { url } = application.get(DownloadLinks).create('package.json', 'a.pdf');
      const token = url.split('/').at(-1)!;
      const [claim, mac] = token.split('.') as [string, string];
      const other = Buffer.from(JSON.stringify(['../../etc/passwd', 'a', Date.now() * 2])).toString('base64url');
      for (const forged of [claim, `${claim}.`, `${claim}.${mac.slice(0, -1)}`, `${other}.${mac}`, `.${mac}`])
        expect((await raw(`/files/${forged}`)).status).toBe(404);
      expect(application.get(DownloadLinks).open(token)).toEqual({ key: 'package.json', name: 'a.pdf' });
      clock.advance(11);
      expect(application.get(DownloadLinks).open(token)).toBeUndefined();
      expect((await raw(`/files/${token}`)).status).toBe(404);
      clock.advance(-11);
    });

    it.each([['outcome=steal'], [''], ['outcome=pay&outcome=decline'], ['{']])(
      'the pay page decides nothing for "%s"',
      async (body) => {
        const { status, text } = await raw(new URL(order.payment!.payUrl).pathname, 'POST', body);
        expect([status, text]).toEqual([400, expect.not.stringMatching(LEAK)]);
      },
    );

    it('the pay page of an unknown payment takes nothing', async () => {
      expect((await raw('/sandbox/pay/ch_unknown', 'POST', 'outcome=pay')).status).toBe(404);
    });
  });
});
