import { setTimeout as sleep } from 'node:timers/promises';
import { LiveMapHub } from '#reservations';
import { GraphqlSockets } from '#platform';
import { createServer } from '../../apps/api/src/server.js';
import { Client } from '../../apps/cli/src/journey/client.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { operator, trip } from '../support/fixtures.js';
import { type Reserved, type Sale, reserve, saleOfTrip } from '../support/sale.js';
import { announce, changeSilently } from '../support/silent-change.js';
import { until } from '../support/socket-server.js';
import { Viewer } from '../support/viewer.js';

/** So often what is watched is compared with the database, and a little more. */
const COMPARED_MS = 2_500;

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

  /** Opens a map on a socket of its own. */
  function watch(journey: { from?: number; to?: number; after?: number } = {}, url = application.url): Viewer {
    const client = new Client(url);
    clients.push(client);
    return new Viewer(client, { id: sale.bookable.id, from: 0, to: 3, ...journey });
  }
  /** A map that has its snapshot. */
  async function watching(...options: Parameters<typeof watch>): Promise<Viewer> {
    const viewer = watch(...options);
    await viewer.next();
    return viewer;
  }
  const ordinal = (label: string): number => sale.seat(label).ordinal;
  const change = (since: number, sequence: number, label: string, state: string): object => ({
    __typename: 'LiveMapChange',
    since,
    sequence,
    changes: `${ordinal(label)}${{ FREE: '.', HELD: 'h', SOLD: 's' }[state]}`,
    seats: [{ seatId: sale.seat(label).id, state }],
  });
  async function cancel({ reservation, sessionToken }: Reserved): Promise<void> {
    await application.client.ask(
      `mutation ($id: ID!, $token: String) { cancelReservation(id: $id, sessionToken: $token) { __typename } }`,
      { id: reservation!.id, token: sessionToken },
    );
  }

  it('is a snapshot and then changes, each of which goes on where the one before it ended', async () => {
    const viewer = watch();
    const snapshot = await viewer.next();
    expect(snapshot).toMatchObject({ __typename: 'LiveMapSnapshot', sequence: 0, states: '.'.repeat(49) });
    expect(snapshot.seats.map(({ seatId }) => seatId)).toEqual(sale.seats.map(({ id }) => id));
    const reserved = await reserve(application.client, sale, ['1A']);
    expect(await viewer.next()).toEqual(change(0, 1, '1A', 'HELD'));
    await reserve(application.client, sale, ['1B']);
    expect(await viewer.next()).toEqual(change(1, 2, '1B', 'HELD'));
    await cancel(reserved);
    expect(await viewer.next()).toEqual(change(2, 3, '1A', 'FREE'));
  });

  it('shows each journey its own legs', async () => {
    const [first, rest] = [await watching({ from: 0, to: 1 }), await watching({ from: 1, to: 3 })];
    await reserve(application.client, sale, ['1A'], { from: 0, to: 1 });
    expect(await first.next()).toEqual(change(0, 1, '1A', 'HELD'));
    expect(await rest.next()).toEqual(change(0, 1, '1A', 'FREE'));
  });

  it('tells a burst as few changes, each seat as it is in the end', async () => {
    const viewers = [await watching(), await watching(), await watching({ from: 0, to: 1 })];
    await reserve(application.client, sale, ['12A']);
    await viewers[0]!.reached(1);
    const began = performance.now();
    for (let round = 0; round < 20; round += 1) {
      announce(application, await changeSilently(application, sale.bookable.id, [3, 4], round % 2 === 0 ? 's' : '.'));
      announce(application, await changeSilently(application, sale.bookable.id, [round + 5], 's'));
    }
    await Promise.all(viewers.map((viewer) => viewer.reached(41)));
    const windows = Math.ceil((performance.now() - began) / 50) + 1;
    for (const viewer of viewers) {
      // The snapshot and the first reservation came before.
      expect(viewer.messages.length - 2).toBeLessThanOrEqual(windows);
      expect(viewer.messages.length - 2).toBeLessThan(40);
      expect(viewer.states.join('').slice(3, 25)).toBe(`..${'s'.repeat(20)}`);
      for (const { seats } of viewer.messages)
        expect(new Set(seats.map(({ seatId }) => seatId)).size).toBe(seats.length);
      expect(viewer.faults).toEqual([]);
    }
  });

  it('goes on from the number that a client saw last, with one change', async () => {
    for (const label of ['1A', '1B', '1C']) await reserve(application.client, sale, [label]);
    const missed = await watch({ after: 1 }).next();
    expect(missed).toMatchObject({ since: 1, sequence: 3, changes: `${ordinal('1B')}h,${ordinal('1C')}h` });
    // Others watch by now, so this is known without the database.
    const viewer = watch({ after: 3 });
    expect(await viewer.next()).toMatchObject({ since: 3, sequence: 3, changes: '', seats: [] });
    await reserve(application.client, sale, ['1D']);
    expect(await viewer.next()).toEqual(change(3, 4, '1D', 'HELD'));
    expect(await watch({ after: 3 }).next()).toEqual(change(3, 4, '1D', 'HELD'));
  });

  it.each([
    ['a number that does not exist yet', 100],
    ['a number that never was', -5],
    ['a number since which most seats have changed', 1],
  ])('gives a new snapshot to a client that comes back with %s', async (_what, after) => {
    await reserve(application.client, sale, ['12A']);
    await changeSilently(
      application,
      sale.bookable.id,
      Array.from({ length: 25 }, (_, seat) => seat),
      's',
    );
    expect(await watch({ after }).next()).toMatchObject({
      __typename: 'LiveMapSnapshot',
      sequence: 2,
      states: expect.stringMatching(/^s{25}\.*h?\.*$/),
    });
  });

  it('says nothing of places without numbers, and its numbers go on', async () => {
    const viewer = await watching();
    await reserve(application.client, sale, ['1A']);
    await viewer.next();
    announce(application, await changeSilently(application, sale.bookable.id, [], '.'));
    await sleep(150);
    await reserve(application.client, sale, ['1B']);
    expect(await viewer.next()).toEqual(change(1, 3, '1B', 'HELD'));
  });

  it('finds by itself what nobody told it', async () => {
    const viewer = await watching();
    await reserve(application.client, sale, ['1A']);
    await viewer.next();
    const began = performance.now();
    await changeSilently(application, sale.bookable.id, [ordinal('9A')], 's');
    expect(await viewer.next()).toEqual(change(1, 2, '9A', 'SOLD'));
    expect(performance.now() - began).toBeLessThan(COMPARED_MS);
  });

  it('puts in order what comes in another order, and asks for what does not come', async () => {
    const viewer = await watching();
    await reserve(application.client, sale, ['1A']);
    await viewer.next();
    const write = async (label: string) => await changeSilently(application, sale.bookable.id, [ordinal(label)], 's');
    const [second, third, fourth] = [await write('2A'), await write('2B'), await write('2C')];
    announce(application, third, third, second, fourth, second);
    expect(await viewer.next()).toMatchObject({ since: 1, sequence: 4, seats: { length: 3 } });
    await write('3A');
    const began = performance.now();
    announce(application, await write('3B'));
    expect(await viewer.next()).toMatchObject({ since: 4, sequence: 6, seats: { length: 2 } });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(viewer.faults).toEqual([]);
  });

  it('begins anew when the numbers in the database have gone back', async () => {
    const viewer = await watching();
    await reserve(application.client, sale, ['1A']);
    await changeSilently(application, sale.bookable.id, [ordinal('9A')], 's');
    await viewer.reached(2);
    await application.database.query(`UPDATE inventories SET sequence = 1 WHERE bookable_id = $1`, [sale.bookable.id]);
    await until(
      () => viewer.messages.at(-1)!,
      ({ __typename, sequence }) => __typename === 'LiveMapSnapshot' && sequence === 1,
    );
  });

  it('reaches subscribers of another process', async () => {
    const second = await createServer({ ...application.env, ROLE: 'api', PORT: '0' });
    await second.listen(0, '127.0.0.1');
    try {
      const viewer = await watching({}, await second.getUrl());
      await reserve(application.client, sale, ['1A']);
      expect(await viewer.next()).toEqual(change(0, 1, '1A', 'HELD'));
      await Promise.all(clients.splice(0).map((client) => client.close()));
    } finally {
      await second.close();
    }
  });

  it('shows the seats free when a hold has expired: in a snapshot at once, and as a change when it is recorded', async () => {
    const viewer = await watching();
    const { reservation } = await reserve(application.client, sale, ['1A']);
    await viewer.next();
    await application.database.query(
      `WITH ended AS (UPDATE reservations SET expires_at = now() WHERE id = $1)
       UPDATE seat_cells SET held_until = now() WHERE bookable_id = $2 AND held_until IS NOT NULL`,
      [reservation!.id, sale.bookable.id],
    );
    expect((await watch().next()).states).toBe('.'.repeat(49));
    expect(await viewer.next()).toEqual(change(1, 2, '1A', 'FREE'));
    expect(await application.database.query(`SELECT state FROM reservations WHERE id = $1`, [reservation!.id])).toEqual(
      [{ state: 'EXPIRED' }],
    );
  });

  it('shows a draft to those who make it, and to nobody else', async () => {
    const { organization, organiser, foreign } = await operator(application);
    const { bookable } = await trip(application, organization.id, { draft: true });
    for (const client of [application.client, foreign.organiser.client])
      await expect(new Viewer(client, { id: bookable.id, from: 0, to: 3 }).next()).rejects.toThrow('There is no');
    const viewer = new Viewer(organiser.client, { id: bookable.id, from: 0, to: 3 });
    expect(await viewer.next()).toMatchObject({ sequence: 0, states: '.'.repeat(49) });
    await viewer.close();
    await Promise.all([application, organiser, foreign.organiser].map(({ client }) => client.close()));
  });

  it('keeps nothing of those who have left', async () => {
    const [hub, sockets] = [application.get(LiveMapHub), application.get(GraphqlSockets)];
    const counts = () => ({ ...hub.counts, ...sockets.counts });
    await until(counts, ({ sockets }) => sockets === 0);
    const viewers = [await watching(), await watching(), await watching({ from: 1, to: 2 })];
    sale = await saleOfTrip(application);
    const another = await watching();
    expect(counts()).toEqual({ bookables: 2, watchers: 4, sockets: 4, operations: 4, unreadBytes: 0 });
    await viewers[0]!.close();
    await another.close();
    await until(counts, ({ bookables, watchers, sockets }) => bookables === 1 && watchers === 2 && sockets === 2);
    expect(counts()).toEqual({ bookables: 1, watchers: 2, sockets: 2, operations: 2, unreadBytes: 0 });
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await until(counts, ({ sockets }) => sockets === 0);
    expect(counts()).toEqual({ bookables: 0, watchers: 0, sockets: 0, operations: 0, unreadBytes: 0 });
  });
});
