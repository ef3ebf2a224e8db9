import { MOST_UNREAD } from '../../libs/platform/src/graphql/sockets/graphql-socket.js';
import { SocketServer, type Tick, until } from '../support/socket-server.js';
import { BareClient } from '../support/sockets.js';

describe('sources that subscribers share', () => {
  let server: SocketServer;
  beforeEach(async () => {
    server = await SocketServer.start();
  });
  afterEach(async () => {
    await server.close();
  });

  it('executes an event once for all who show the same of it, and gives each its own id', async () => {
    const clients = await Promise.all(
      ['1', 'zwei', '"\\3', '四'].map(async (id) => ({ id, client: await BareClient.open(server.url) })),
    );
    clients.forEach(({ id, client }, room) =>
      client.subscribe(id, 'subscription ($r: Int) { tick(room: $r) { number } }', { r: room }),
    );
    await server.subscribed(4);
    for (const number of [1, 2]) {
      server.ticks.tell(number);
      for (const { id, client } of clients)
        expect(await client.next()).toEqual({ id, type: 'next', payload: { data: { tick: { number } } } });
    }
    expect(server.executed).toBe(2);
  });

  it('executes apart what shows something else: other fields, other variables, another operation', async () => {
    const client = await BareClient.open(server.url);
    const query = `query Q { number } subscription A($by: Int, $n: Boolean!) { tick(room: $by) { number @include(if: $n) ...F } } subscription B { tick { text } } fragment F on Tick { times(by: $by) }`;
    client.subscribe('a', query.replace(' subscription B { tick { text } }', ''), { by: 2, n: true }, 'A');
    client.subscribe('b', query.replace(' subscription B { tick { text } }', ''), { by: 3, n: true }, 'A');
    client.subscribe('c', query.replace(' subscription B { tick { text } }', ''), { by: 3, n: false }, 'A');
    client.subscribe('d', 'subscription A { tick { number } } subscription B { tick { text } }', {}, 'B');
    client.subscribe('e', 'subscription A { tick { number } } subscription B { tick { text } }', {}, 'A');
    await server.subscribed(5);
    server.ticks.tell(5, 'five');
    const shown: Record<string, unknown> = {};
    for (let times = 0; times < 5; times += 1) {
      const { id, payload } = await client.next();
      shown[id!] = payload!.data;
    }
    expect(shown).toEqual({
      a: { tick: { number: 5, times: 10 } },
      b: { tick: { number: 5, times: 15 } },
      c: { tick: { times: 15 } },
      d: { tick: { text: 'five' } },
      e: { tick: { number: 5 } },
    });
  });

  it('masks the errors of a shared event, and ends an operation whose fields would wait', async () => {
    const client = await BareClient.open(server.url);
    client.subscribe('1', 'subscription { tick { wrong } }');
    await server.subscribed(1);
    server.ticks.tell(1);
    const { payload } = await client.next();
    expect(payload).toMatchObject({
      data: { tick: { wrong: null } },
      errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(JSON.stringify(payload)).not.toContain('secret');
    client.send({ id: '1', type: 'complete' });
    await server.subscribed(0);
    client.subscribe('2', 'subscription { tick { late } }');
    await server.subscribed(1);
    server.ticks.tell(2);
    expect(await client.next()).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    await server.subscribed(0);
  });

  it('keeps nothing of a subscriber that completed, disconnected, or was cut off', async () => {
    const [one, two, three] = [
      await BareClient.open(server.url),
      await BareClient.open(server.url),
      await BareClient.open(server.url),
    ];
    for (const client of [one, two, three])
      for (const id of ['a', 'b']) client.subscribe(id, 'subscription { tick { number } }');
    await server.subscribed(6);
    expect(server.running).toBe(6);
    one.send({ id: 'a', type: 'complete' });
    await server.subscribed(5);
    two.socket.close();
    await server.subscribed(3);
    three.socket.terminate();
    await server.subscribed(1);
    expect(server.running).toBe(1);
    server.ticks.tell(1);
    expect(await one.next()).toMatchObject({ id: 'b' });
    // The id is free again.
    one.subscribe('a', 'subscription { tick { number } }');
    await server.subscribed(2);
  });

  it('sends nothing to a client that does not read, until it has caught up; the others get everything', async () => {
    const [slow, fast] = [await BareClient.open(server.url), await BareClient.open(server.url)];
    for (const client of [slow, fast]) client.subscribe('1', 'subscription { tick { number text } }');
    await server.subscribed(2);
    slow.socket.pause();
    const text = 'x'.repeat(50_000);
    let most = 0;
    for (let number = 1; number <= 400; number += 1) {
      server.ticks.tell(number, text);
      most = Math.max(most, ...Array.from(server.sockets.clients, ({ bufferedAmount }) => bufferedAmount));
      await fast.next();
    }
    expect(server.ticks.refused).toHaveLength(1);
    expect(most).toBeGreaterThan(MOST_UNREAD);
    expect(most).toBeLessThan(MOST_UNREAD + 2 * text.length);
    expect(fast.received.slice(1).map(({ payload }) => (payload!.data as Tick).tick.number)).toEqual(
      Array.from({ length: 400 }, (_, index) => index + 1),
    );
    slow.socket.resume();
    await until(
      () => server.ticks.restarts,
      (restarts) => restarts === 1,
    );
    server.ticks.tell(401);
    await until(
      () => slow.received.at(-1)!.payload!.data,
      (data) => (data as Tick).tick.number === 401,
    );
    const numbers = slow.received.slice(1).map(({ payload }) => (payload!.data as Tick).tick.number);
    const sent = numbers.length - 2;
    expect(sent).toBeLessThan(400);
    expect(numbers).toEqual([...Array.from({ length: sent }, (_, index) => index + 1), -1, 401]);
  });
});
