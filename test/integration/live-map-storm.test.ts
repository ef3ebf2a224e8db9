import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LiveMapHub } from '#reservations';
import { GraphqlSockets } from '#platform';
import { createServer } from '../../apps/api/src/server.js';
import { Client } from '../../apps/cli/src/journey/client.js';
import { SeatStates } from '../../libs/reservations/src/inventory/seat-states.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Sale, reserve, saleOfTrip, seatStates } from '../support/sale.js';
import { announce, changeSilently } from '../support/silent-change.js';
import { BareClient } from '../support/sockets.js';
import { until } from '../support/socket-server.js';
import { type LiveMessage, Viewer } from '../support/viewer.js';

const JOURNEYS = [
  { from: 0, to: 3 },
  { from: 0, to: 1 },
  { from: 1, to: 3 },
];

/** The same numbers for the same seed: a failure can be replayed. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

describe('the live map in a storm', () => {
  let application: TestApplication;
  let second: NestFastifyApplication;
  let urls: string[];
  let sale: Sale;
  beforeAll(async () => {
    application = await startApplication();
    second = await createServer({ ...application.env, ROLE: 'api', PORT: '0' });
    await second.listen(0, '127.0.0.1');
    urls = [application.url, await second.getUrl()];
  });
  beforeEach(async () => {
    sale = await saleOfTrip(application);
    await application.database.query(`UPDATE organizations SET most_open_per_address = 10000`);
  });
  afterAll(async () => {
    await second.close();
    await application.close();
  });

  /** Holds and cancels seats of all rows but the last, through one of the processes. */
  async function passenger(url: string, random: (below: number) => number, rounds: number): Promise<void> {
    const client = new Client(url);
    for (let round = 0; round < rounds; round += 1) {
      const { label } = sale.seats[random(44)]!;
      const { reservation, sessionToken } = await reserve(client, sale, [label], JOURNEYS[random(3)]);
      if (!reservation || random(3) === 0) continue;
      await sleep(random(40));
      await client.ask(
        `mutation ($id: ID!, $token: String) { cancelReservation(id: $id, sessionToken: $token) { __typename } }`,
        { id: reservation.id, token: sessionToken },
      );
    }
  }

  /** Changes the last row without telling anybody, or too late, or twice. */
  async function ghost(random: (below: number) => number, rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      const change = await changeSilently(application, sale.bookable.id, [44 + random(5)], random(2) === 0 ? 's' : '.');
      await sleep(random(80));
      for (let times = random(3); times > 0; times -= 1) announce(application, change);
    }
  }

  /** Leaves and comes back where it was, now here and now there. */
  async function restless(
    viewer: Viewer,
    clients: Client[],
    random: (below: number) => number,
    rounds: number,
  ): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      await sleep(random(150));
      if (viewer.messages.length > 0) await viewer.comeBack(clients[random(2)]!);
    }
  }

  it.each([1, 2])('shows everybody the same in the end, without a gap or a repeat (seed %i)', async (seed) => {
    const random = chance(seed);
    await reserve(application.client, sale, ['1A']);
    const clients = urls.map((url) => new Client(url));
    const viewers = Array.from(
      { length: 12 },
      (_, number) => new Viewer(clients[number % 2]!, { id: sale.bookable.id, ...JOURNEYS[number % 3]! }),
    );
    await Promise.all([
      ...[0, 1, 0, 1].map((process) => passenger(urls[process]!, random, 25)),
      ghost(random, 25),
      ...viewers.slice(0, 6).map((viewer) => restless(viewer, clients, random, 10)),
    ]);
    const states = application.get(SeatStates);
    const { sequence, legs } = await states.read(sale.bookable.id);
    expect(sequence).toBeGreaterThan(100);
    await Promise.all(viewers.map((viewer) => viewer.reached(sequence)));
    for (const [number, viewer] of viewers.entries()) {
      const { from, to } = JOURNEYS[number % 3]!;
      expect(viewer.faults).toEqual([]);
      const read = legs.map((seat) =>
        /s/.test(seat.slice(from, to)) ? 's' : /h/.test(seat.slice(from, to)) ? 'h' : '.',
      );
      expect(viewer.states.join('')).toBe(read.join(''));
      const named = await seatStates(application.client, sale, from, to);
      expect(Object.fromEntries(sale.seats.map(({ id, label }) => [label, viewer.named.get(id)]))).toEqual(named);
      // Those who stayed were told by changes alone.
      if (number >= 6)
        expect(viewer.messages.filter(({ __typename }) => __typename === 'LiveMapSnapshot')).toHaveLength(1);
    }
    await Promise.all(clients.map((client) => client.close()));
    for (const app of [application.app, second]) {
      const counts = () => ({
        ...app.get(LiveMapHub, { strict: false }).counts,
        ...app.get(GraphqlSockets, { strict: false }).counts,
      });
      await until(counts, ({ sockets }) => sockets === 0);
      expect(counts()).toMatchObject({ bookables: 0, watchers: 0, operations: 0 });
    }
  });

  it('drops a client that does not read to a snapshot, and disturbs nobody', async () => {
    await reserve(application.client, sale, ['12A']);
    const seats = Array.from(
      { length: 6 },
      (_, alias) => `s${alias}: seats { ${Array.from({ length: 4 }, (_, id) => `i${id}: seatId`).join(' ')} state }`,
    ).join(' ');
    const query = `subscription ($id: ID!) { liveMap(bookableId: $id, from: 0, to: 3) { __typename ... on LiveMapSnapshot { sequence states } ... on LiveMapChange { since sequence changes ${seats} } } }`;
    const slow = await BareClient.open(`${application.url}/graphql`);
    slow.subscribe('1', query, { id: sale.bookable.id });
    await slow.next();
    const fast = new Viewer(new Client(application.url), { id: sale.bookable.id, from: 0, to: 3 });
    await fast.next();
    slow.socket.pause();
    const all = Array.from({ length: 44 }, (_, seat) => seat);
    const unread = () => application.get(GraphqlSockets).counts.unreadBytes;
    let last = 1;
    let [most, quiet] = [0, 0];
    // Until it is told nothing more, and half a second beyond.
    for (let round = 0; quiet < 10 && round < 400; round += 1) {
      const change = await changeSilently(application, sale.bookable.id, all, round % 2 === 0 ? 's' : '.');
      announce(application, change);
      last = change.sequence;
      const told = performance.now();
      await fast.reached(last);
      expect(performance.now() - told).toBeLessThan(1_000);
      quiet = unread() > 256 * 1024 && unread() === most ? quiet + 1 : 0;
      most = Math.max(most, unread());
    }
    expect(quiet).toBe(10);
    expect(most).toBeLessThan(256 * 1024 + 100_000);
    slow.socket.resume();
    const messages = () =>
      slow.received.slice(1).map(({ payload }) => (payload!.data as { liveMap: LiveMessage }).liveMap);
    await until(messages, (received) => received.at(-1)!.sequence === last);
    const told = messages();
    expect(told.at(-1)).toMatchObject({ __typename: 'LiveMapSnapshot', states: fast.states.join('') });
    expect(told.length).toBeLessThan(fast.messages.length - 5);
    announce(application, await changeSilently(application, sale.bookable.id, [7], '.'));
    await until(messages, (received) => received.at(-1)!.since === last);
    for (const [index, { since }] of messages().entries())
      if (since !== undefined) expect(since).toBe(messages()[index - 1]!.sequence);
    expect(fast.faults).toEqual([]);
    slow.socket.terminate();
    await fast.close();
  });
});
