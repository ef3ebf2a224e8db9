import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Connection } from './load/connection.js';
import { percentiles } from './load/percentiles.js';
import { seatOf, tripsFor } from './load/supply.js';
import { Template, operation } from './load/template.js';
import { type Bench, type Contender, runGroup } from './rounds.js';
import { partySlots, singleSlots, wholeSlots } from './scenarios/supply.js';

describe('the supply of free seats', () => {
  it.each([singleSlots, partySlots, wholeSlots])('%p uses every seat of every leg at most once', (slotsOf) => {
    const taken = slotsOf(49, 4).flatMap(({ seats, from, to }) =>
      seats.flatMap((seat) => Array.from({ length: to - from }, (_, index) => `${seat} ${from + index}`)),
    );
    expect(new Set(taken).size).toBe(taken.length);
    // Two seats may be left over where parties of three are next.
    expect(taken.length).toBeGreaterThanOrEqual(47 * 4);
  });

  it('gives every request another slot, within the trips that were made', () => {
    const [requests, slots, lanes] = [20_000, 98, 256];
    const places = Array.from({ length: requests }, (_, n) => seatOf(n, slots, lanes));
    expect(new Set(places.map(({ trip, slot }) => `${trip} ${slot}`)).size).toBe(requests);
    expect(Math.max(...places.map(({ trip }) => trip))).toBeLessThan(tripsFor(requests, slots, lanes));
  });
});

describe('a round', () => {
  const group = (product: Contender, yardstick: Contender) => ({
    recipes: [{ name: 'hold.spread', product: ['a', 'rate'], yardstick: ['b', 'rate'] } as const].map((recipe) => ({
      ...recipe,
      product: [...recipe.product] as [string, string],
      yardstick: [...recipe.yardstick] as [string, string],
    })),
    open: () => Promise.resolve({ contenders: { a: product, b: yardstick }, close: () => Promise.resolve([]) }),
  });
  const bench = {
    ground: { settle: () => Promise.resolve() },
    form: { rounds: 3 },
    say: () => undefined,
  } as unknown as Bench;
  const yardstick: Contender = () => Promise.resolve({ values: { rate: 100 } });
  const run = async (product: Contender) => (await runGroup(group(product, yardstick), ['hold.spread'], bench))[0]!;

  it('is judged by the median of the ratios', async () => {
    const rates = [40, 60, 300];
    const result = await run((round) => Promise.resolve({ values: { rate: rates[round]! } }));
    expect(result).toMatchObject({ ratio: 0.6, range: [0.4, 3], state: 'floor', rounds: 3 });
    expect(await run(() => Promise.resolve({ values: { rate: 49 } }))).toMatchObject({ state: 'below the floor' });
  });

  it('does not count when the generator had no room', async () => {
    const result = await run((round) =>
      Promise.resolve({ values: { rate: 60 + round }, cores: { generator: round === 0 ? 0.95 : 0.5 } }),
    );
    expect(result).toMatchObject({ dropped: 1, rounds: 2, ratio: 0.615 });
  });

  it('is void when there was an error or no answer', async () => {
    const wrong = await run(() => Promise.resolve({ values: { rate: 200 }, void: '3 × HTTP 500' }));
    expect(wrong).toMatchObject({ state: 'void', why: '3 × HTTP 500' });
    expect(await run(() => Promise.resolve({ values: { rate: Number.NaN } }))).toMatchObject({ state: 'void' });
  });
});

it('percentiles are of the sorted values', () => {
  const values = Float64Array.from({ length: 1000 }, (_, index) => (index * 7919) % 1000);
  expect(percentiles(values)).toEqual({ p50: 500, p99: 990, p999: 999 });
});

it('a connection reads answers that come in pieces, one after the other', async () => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      response.setHeader('content-length', body.length + 2);
      response.write('<');
      setTimeout(() => response.end(`${body}>`), 5);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const template = new Template(operation('query Q', ['"id":"', { field: 'id', width: 3 }, '"']));
  const answers: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const send = (connection: Connection, id: string): void => {
      const bytes = connection.copy(template);
      bytes.write(id, template.offset('id'));
      connection.send(bytes);
    };
    const connection = new Connection(
      0,
      new URL(`http://127.0.0.1:${port}`),
      (each, { status, body }) => {
        answers.push(`${status} ${body}`);
        if (answers.length === 2) {
          each.close();
          resolve();
        } else send(each, 'two');
      },
      (_, error) => reject(error),
    );
    connection.open().then(() => send(connection, 'one'), reject);
  });
  server.close();
  expect(answers).toEqual(['one', 'two'].map((id) => `200 <{"query":"query Q","variables":{"id":"${id}"}}>`));
});
