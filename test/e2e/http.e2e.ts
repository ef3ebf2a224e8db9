import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { type TestApplication, startApplication } from '../support/application.js';

describe('plain HTTP', () => {
  let application: TestApplication;
  beforeAll(async () => {
    application = await startApplication();
  });
  afterAll(async () => {
    await application.close();
  });

  const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    await fetch(`${application.url}${path}`, { headers });
  const ask = async (query: string, headers: Record<string, string> = {}): Promise<Response> =>
    await fetch(`${application.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });

  it('says that it lives and that it is ready', async () => {
    const [live, ready] = await Promise.all([get('/health/live'), get('/health/ready')]);
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ok', checks: { database: 'ok', redis: 'ok' } },
    ]);
  });

  it('counts its requests for Prometheus, with routes instead of addresses', async () => {
    await get('/sandbox/pay/ch_nobody');
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await metrics.text();
    expect(text).toContain(
      'holdfast_http_request_duration_seconds_count{method="GET",route="/sandbox/pay/:id",status="404"} 1',
    );
    expect(text).toContain('process_cpu_user_seconds_total');
    expect(text).not.toContain('ch_nobody');
  });

  it('gives the request id back, takes a good one from the caller, and quotes it in errors', async () => {
    expect((await get('/health/live')).headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    const answer = await ask('{ me { id } }', { 'x-request-id': 'from-the-caller-1' });
    expect(answer.headers.get('x-request-id')).toBe('from-the-caller-1');
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED', requestId: 'from-the-caller-1' } }],
    });
    expect((await get('/nowhere', { 'x-request-id': 'also-a-good-one' })).headers.get('x-request-id')).toBe(
      'also-a-good-one',
    );
    expect((await get('/health/live', { 'x-request-id': '<script>' })).headers.get('x-request-id')).toMatch(
      /^[\w-]{36}$/,
    );
  });

  it('quotes the request id when a request does not even parse', async () => {
    const answer = await ask('{ me {', { 'x-request-id': 'does-not-parse-1' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED', requestId: 'does-not-parse-1' } }],
    });
  });

  it('serves GraphiQL from itself: nothing on the page is fetched from another host', async () => {
    const page = await get('/graphql', { accept: 'text/html' });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const markup = await page.text();
    expect(markup).toContain('Holdfast GraphiQL');
    // The tags of the page itself; its scripts are text to the HTML parser.
    const tags = markup.replace(/<(script|style)([^>]*)>[\s\S]*?<\/\1>/gi, '<$1$2>').match(/<[a-z][^>]*>/gi) ?? [];
    expect(tags.filter((tag) => /(src|href|action)\s*=\s*["']?\s*(https?:)?\/\//i.test(tag))).toEqual([]);
    expect(markup).not.toMatch(/@import\s+(url\()?["']?https?:/);
  });

  it('sends headers that browsers honour, with every kind of answer', async () => {
    for (const answer of [
      await get('/health/live'),
      await get('/nowhere'),
      await ask('{ trips { nodes { id } } }'),
      await get('/graphql', { accept: 'text/html' }),
    ]) {
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('x-powered-by')).toBeNull();
    }
  });

  it('answers an unknown address with 404 in JSON', async () => {
    const answer = await get('/nowhere');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      expect.stringMatching(/^application\/json/),
    ]);
    expect(await answer.json()).toMatchObject({ statusCode: 404, requestId: expect.any(String) });
  });

  it('refuses a wrong access token with 401, also where none is needed', async () => {
    for (const path of [
      '/health/live',
      '/metrics',
      '/files/x',
      '/sandbox/pay/x',
      '/calendar/mine.ics',
      '/calendar/feed/x.ics',
    ]) {
      const answer = await get(path, { authorization: 'Bearer forged' });
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        401,
        expect.objectContaining({ statusCode: 401 }),
      ]);
    }
    expect((await get('/calendar/mine.ics')).status).toBe(401);
  });

  /** The handshake of a client that does nothing more: it does not even say goodbye. */
  async function handshake(path: string, url = application.url): Promise<{ socket: Socket; answer: string }> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    const headers = [
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Protocol: graphql-transport-ws',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ];
    socket.write(`GET ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    const [data] = (await once(socket, 'data', { signal: AbortSignal.timeout(3_000) })) as [Buffer];
    return { socket, answer: String(data).split('\r\n')[0]! };
  }

  it('turns a websocket away from any other address', async () => {
    const { socket, answer } = await handshake('/elsewhere');
    socket.destroy();
    expect(answer).toBe('HTTP/1.1 404 Not Found');
  });

  it('stops within seconds, whoever is still connected', async () => {
    const other = await startApplication();
    const { socket, answer } = await handshake('/graphql', other.url);
    expect(answer).toBe('HTTP/1.1 101 Switching Protocols');
    const began = Date.now();
    await other.close();
    expect(Date.now() - began).toBeLessThan(5_000);
    socket.destroy();
  });
});
