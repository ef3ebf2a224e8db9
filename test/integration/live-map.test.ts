import { LiveMap } from '#reservations';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Sale, reserve, saleOfTrip } from '../support/sale.js';
import { createServer } from '../../apps/api/src/server.js';
import { Client } from '../../apps/cli/src/journey/client.js';

interface Message {
  __typename: string;
  sequence: number;
  seats: { seatId: string; state: string }[];
}

const LIVE = `subscription ($id: ID!, $from: Int, $to: Int, $after: Int) { liveMap(bookableId: $id, from: $from, to: $to, after: $after) {
  __typename ... on LiveMapSnapshot { sequence seats { seatId state } } ... on LiveMapChange { sequence seats { seatId state } } } }`;

describe('the live map', () => {
  let application: TestApplication;
  let sale: Sale;
  const clients: Client[] = [];
  beforeAll(async () => {
    application = await startApplication();
  });
  beforeEach(async () => {
    sale = await saleOfTrip(application);
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });
  afterAll(async () => {
    await application.close();
  });

  /** Opens a map on a socket of its own. @returns what takes the next message */
  function watch(
    url = application.url,
    journey: { from?: number; to?: number; after?: number } = {},
  ): () => Promise<Message> {
    const client = new Client(url);
    clients.push(client);
    const messages = client.subscribe<{ liveMap: Message }>(LIVE, { id: sale.bookable.id, from: 0, to: 3, ...journey });
    return async () => {
      const { value } = (await messages.next()) as IteratorResult<{ liveMap: Message }, undefined>;
      return value!.liveMap;
    };
  }
  const one = (label: string, state: string, sequence: number): object => ({
    __typename: 'LiveMapChange',
    sequence,
    seats: [{ seatId: sale.seat(label).id, state }],
  });

  it('is a snapshot and then numbered changes', async () => {
    const next = watch();
    const snapshot = await next();
    expect(snapshot).toMatchObject({ __typename: 'LiveMapSnapshot', sequence: 0 });
    expect(new Set(snapshot.seats.map(({ state }) => state))).toEqual(new Set(['FREE']));
    expect(snapshot.seats).toHaveLength(49);
    await reserve(application.client, sale, ['1A']);
    expect(await next()).toEqual(one('1A', 'HELD', 1));
    await reserve(application.client, sale, ['1B']);
    expect(await next()).toEqual(one('1B', 'HELD', 2));
  });

  it('shows each journey its own legs', async () => {
    const [first, rest] = [watch(application.url, { from: 0, to: 1 }), watch(application.url, { from: 1, to: 3 })];
    await Promise.all([first(), rest()]);
    await reserve(application.client, sale, ['1A'], { from: 0, to: 1 });
    expect(await first()).toEqual(one('1A', 'HELD', 1));
    expect(await rest()).toEqual(one('1A', 'FREE', 1));
  });

  it('goes on from the number that a client saw last', async () => {
    await reserve(application.client, sale, ['1A']);
    await reserve(application.client, sale, ['1B']);
    await reserve(application.client, sale, ['1C']);
    const next = watch(application.url, { after: 1 });
    expect([await next(), await next()]).toEqual([one('1B', 'HELD', 2), one('1C', 'HELD', 3)]);
  });

  it('gives a new snapshot when the changes since are not kept any more', async () => {
    await reserve(application.client, sale, ['1A']);
    await reserve(application.client, sale, ['1B']);
    await application.database.query(`DELETE FROM live_map_changes WHERE bookable_id = $1 AND sequence = 1`, [
      sale.bookable.id,
    ]);
    expect(await watch(application.url, { after: 0 })()).toMatchObject({ __typename: 'LiveMapSnapshot', sequence: 2 });
  });

  it('fills the gap when a message was lost between processes', async () => {
    const next = watch();
    await next();
    // The second change is published as it was; the first one never was: the subscriber must find it by itself.
    const { bookable } = sale;
    const database = application.database;
    await database.transaction(async () => {
      await database.query(`INSERT INTO live_maps (bookable_id, sequence) VALUES ($1, 1)`, [bookable.id]);
      await database.query(
        `INSERT INTO live_map_changes (bookable_id, sequence, seats, changed_at) VALUES ($1, 1, $2, now())`,
        [bookable.id, JSON.stringify([{ seatId: sale.seat('9A').id, legs: 'sss' }])],
      );
    });
    await reserve(application.client, sale, ['1A']);
    expect([await next(), await next()]).toEqual([one('9A', 'SOLD', 1), one('1A', 'HELD', 2)]);
  });

  it('reaches subscribers of another process', async () => {
    const second = await createServer({ ...application.env, ROLE: 'api', PORT: '0' });
    await second.listen(0, '127.0.0.1');
    try {
      const next = watch(await second.getUrl());
      await next();
      await reserve(application.client, sale, ['1A']);
      expect(await next()).toEqual(one('1A', 'HELD', 1));
      await Promise.all(clients.splice(0).map((client) => client.close()));
    } finally {
      await second.close();
    }
  });

  it('numbers a burst without gaps, the same for every subscriber', async () => {
    const watchers = [watch(), watch(), watch()];
    await Promise.all(watchers.map((next) => next()));
    await Promise.all(sale.seats.slice(0, 30).map(({ label }) => reserve(application.client, sale, [label])));
    for (const next of watchers) {
      const changes: Message[] = [];
      for (let times = 0; times < 30; times += 1) changes.push(await next());
      expect(changes.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    }
    const { seats } = await application.get(LiveMap).snapshot(sale.bookable.id);
    expect(seats.filter(({ legs }) => legs === 'hhh')).toHaveLength(30);
  });

  it('shows the seats free when a hold has expired', async () => {
    const next = watch();
    await next();
    const { reservation } = await reserve(application.client, sale, ['1A']);
    await next();
    await application.database.query(`UPDATE reservations SET expires_at = now() WHERE id = $1`, [reservation!.id]);
    await application.database.query(`UPDATE seat_claims SET expires_at = now() WHERE reservation_id = $1`, [
      reservation!.id,
    ]);
    // The sweep of the worker does this within two seconds.
    expect(await next()).toEqual(one('1A', 'FREE', 2));
    expect(await application.database.query(`SELECT state FROM reservations WHERE id = $1`, [reservation!.id])).toEqual(
      [{ state: 'EXPIRED' }],
    );
  });
});
