import { setTimeout as sleep } from 'node:timers/promises';
import { MOST_UNREAD } from '../../libs/platform/src/graphql/sockets/graphql-socket.js';
import { SocketServer, until } from '../support/socket-server.js';
import { BareClient } from '../support/sockets.js';

describe('operations over sockets', () => {
  let server: SocketServer;
  beforeEach(async () => {
    server = await SocketServer.start();
  });
  afterEach(async () => {
    await server.close();
  });

  it('does not listen to a client that asks on and on without reading the answers', async () => {
    const client = await BareClient.open(server.url);
    client.socket.pause();
    const [socket] = [...server.sockets.clients];
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(100_000) } });
    let most = 0;
    for (let times = 0; times < 300; times += 1) {
      client.socket.send(ping);
      await sleep(1);
      most = Math.max(most, socket!.bufferedAmount);
    }
    expect(socket!.isPaused).toBe(true);
    expect(most).toBeLessThan(MOST_UNREAD + 300_000);
    client.socket.resume();
    await until(
      () => client.received.length,
      (count) => count === 301,
    );
  });

  it('executes every other subscription for each subscriber by itself, and ends it with it', async () => {
    const client = await BareClient.open(server.url);
    client.subscribe('1', 'subscription { count(to: 2) }');
    expect([await client.next(), await client.next(), await client.next()]).toEqual([
      { id: '1', type: 'next', payload: { data: { count: 1 } } },
      { id: '1', type: 'next', payload: { data: { count: 2 } } },
      { id: '1', type: 'complete' },
    ]);
    client.subscribe('2', 'subscription { count(to: 100000) }');
    await client.next();
    client.send({ id: '2', type: 'complete' });
    await until(
      () => server.ended,
      (count) => count === 2,
    );
    client.subscribe('3', 'subscription { count(to: 100000) }');
    client.socket.terminate();
    await until(
      () => server.sockets.clients.size,
      (count) => count === 0,
    );
    await until(
      () => server.ended,
      (count) => count === 3,
    );
  });

  it('masks what goes wrong in a stream and before it', async () => {
    const client = await BareClient.open(server.url);
    client.subscribe('1', 'subscription { broken }');
    expect(await client.next()).toMatchObject({ id: '1', type: 'next' });
    const broken = await client.next();
    expect(broken).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    client.subscribe('2', 'subscription { hidden }');
    const hidden = await client.next();
    expect(hidden).toMatchObject({ id: '2', type: 'next', payload: { errors: [{ path: ['hidden'] }] } });
    expect(await client.next()).toEqual({ id: '2', type: 'complete' });
    expect(JSON.stringify([broken, hidden])).not.toContain('secret');
    expect(server.running).toBe(0);
  });

  it('answers queries, side by side, and drops the answer that nobody wants any more', async () => {
    const client = await BareClient.open(server.url);
    client.subscribe('slow', '{ slow }');
    client.subscribe('dropped', '{ slow }');
    client.subscribe('quick', '{ number }');
    client.send({ id: 'dropped', type: 'complete' });
    expect([await client.next(), await client.next()]).toEqual([
      { id: 'quick', type: 'next', payload: { data: { number: 7 } } },
      { id: 'quick', type: 'complete' },
    ]);
    expect([await client.next(), await client.next()]).toEqual([
      { id: 'slow', type: 'next', payload: { data: { slow: 1 } } },
      { id: 'slow', type: 'complete' },
    ]);
    await sleep(100);
    expect(client.received).toHaveLength(5);
  });

  it('says which operation it does not know', async () => {
    const client = await BareClient.open(server.url);
    client.subscribe('1', 'query A { number } query B { number }', {}, 'C');
    expect(await client.next()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }],
    });
  });

  it('carries a hundred operations at a time', async () => {
    const client = await BareClient.open(server.url);
    for (let id = 0; id < 101; id += 1) client.subscribe(String(id), 'subscription { tick { number } }');
    expect(await client.next()).toMatchObject({
      id: '100',
      type: 'error',
      payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
    await server.subscribed(100);
  });

  it.each<[string, object, number]>([
    ['a second greeting', { type: 'connection_init' }, 4429],
    ['an id that is in use', { id: 'used', type: 'subscribe', payload: { query: '{ slow }' } }, 4409],
    ['an id without end', { id: 'x'.repeat(1_000), type: 'subscribe', payload: { query: '{ number }' } }, 4400],
    ['a message of a server', { type: 'connection_ack' }, 4400],
  ])('ends the connection for %s', async (_what, message, code) => {
    const client = await BareClient.open(server.url);
    client.subscribe('used', 'subscription { tick { number } }');
    client.send(message);
    expect(await client.closed()).toBe(code);
  });

  it('gives up on a client that does not answer when it is asked whether it is there', async () => {
    const [there, gone] = [await BareClient.open(server.url), await BareClient.open(server.url)];
    gone.socket.pause();
    for (let second = 0; second < 37; second += 1) {
      for (const socket of server.sockets.clients) socket.tick();
      if (second % 12 === 0) await sleep(20);
    }
    await until(
      () => server.sockets.clients.size,
      (count) => count === 1,
    );
    expect(there.socket.readyState).toBe(there.socket.OPEN);
  });
});
