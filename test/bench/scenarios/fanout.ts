import { setTimeout as delay } from 'node:timers/promises';
import { LEGS } from '../data/catalogue-data.js';
import { check } from '../data/inventory-tables.js';
import { BareServerChild, ListenerChild } from '../fanout/children.js';
import { Churn } from '../fanout/churn.js';
import { judgeDeliveries } from '../fanout/deliveries.js';
import { cpuSeconds, familyCpuSeconds, memoryMib } from '../ground/processes.js';
import { startApi } from '../ground/server.js';
import { LIVE_MAP } from '../load/operations.js';
import type { Bench, Group, Recipe, Slice } from '../rounds.js';
import { Market, giveUp, hold } from './market.js';

/** Changes are gathered for so long before they are told: what the application does by default. */
const WINDOW_MS = 50;
/** Messages a second that all sockets together are to get: about a quarter of what a core can send. */
const MESSAGES_PER_SECOND = 20_000;
/** Enough changes for a p99, however short the run. */
const LEAST_SECONDS = 4;
/** What a live map tells of one seat. */
const MESSAGE_BYTES = 200;
const SETTLED_MS = 3000;

/**
 * So many sockets on one trip while its seats change. Messages a second are those of a core that does nothing else:
 * messages divided by the CPU seconds of the API. The wall clock would measure the listeners beside it.
 */
export function fanout(sockets: number): Group {
  const name = `fanout.${sockets}`;
  const recipes: Recipe[] = [
    { name, product: ['live map', 'perCore'], yardstick: ['bare ws', 'perCore'] },
    { name: `${name}.p99`, product: ['live map', 'beyondWindow'] },
  ];
  if (sockets === 5000) {
    recipes.push(
      { name: 'fanout.memory', product: ['sockets', 'kib'], yardstick: ['bare sockets', 'kib'] },
      { name: 'memory.sockets', product: ['sockets', 'memoryMib'] },
    );
  }
  return { recipes, open: (bench) => openFanout(bench, sockets) };
}

async function openFanout(bench: Bench, sockets: number): ReturnType<Group['open']> {
  const market = await Market.open(bench);
  const api = await startApi(bench.ground);
  const [trip] = await market.trips(1, market.coach50);
  const subscription = {
    id: '1',
    type: 'subscribe',
    payload: { query: LIVE_MAP, variables: { bookableId: trip!, from: 0, to: LEGS } },
  };
  await giveUp(api, await hold(api, trip!, market.coach50.seatIds));
  const bare = new BareServerChild();
  const greeting = await bare.next();
  if (greeting.kind !== 'listening') throw new Error('the bare server does not listen');
  await delay(SETTLED_MS);
  const watched = await connected(
    api.pid,
    `${api.url.replace('http', 'ws')}/graphql`,
    sockets,
    JSON.stringify(subscription),
  );
  const bareWatched = await connected(bare.pid, `ws://127.0.0.1:${greeting.port}/`, sockets);

  const churn = new Churn(api, market.db, trip!, market.coach50.seatIds);
  const seconds = Math.max(LEAST_SECONDS, bench.form.seconds);
  const rate = MESSAGES_PER_SECOND / sockets;
  return {
    contenders: {
      sockets: () => Promise.resolve({ values: { kib: watched.kib, memoryMib: watched.memoryMib } }),
      'bare sockets': () => Promise.resolve({ values: { kib: bareWatched.kib } }),
      'live map': () => liveMap(bench, watched.listener, churn, { pid: api.pid, sockets, rate, seconds }),
      'bare ws': async () => {
        await bareWatched.listener.ask({ kind: 'record' });
        const sent = await bare.send({ ratePerSecond: rate, seconds: Math.min(seconds, 10), bytes: MESSAGE_BYTES });
        const { delivered } = await bareWatched.listener.report();
        const messages = delivered.reduce((sum, { arrivals }) => sum + arrivals.length, 0);
        return {
          values: { perCore: messages / sent.cpuSeconds },
          ...(messages !== sent.messages && { void: `${messages} of ${sent.messages} bare messages came` }),
        };
      },
    },
    close: async () => {
      watched.listener.stop();
      bareWatched.listener.stop();
      bare.stop();
      const wrong = await check(market.db, []);
      await api.stop();
      return wrong;
    },
  };
}

/** Opens the sockets, and looks what they cost the server in memory. */
async function connected(pid: number, url: string, count: number, subscription?: string) {
  const before = memoryMib(pid);
  const listener = new ListenerChild();
  await listener.ask({ kind: 'connect', url, count, subscription });
  await delay(SETTLED_MS);
  const now = memoryMib(pid);
  return { listener, memoryMib: now, kib: ((now - before) * 1024) / count };
}

interface Watching {
  pid: number;
  sockets: number;
  rate: number;
  seconds: number;
}

async function liveMap(
  { ground }: Bench,
  listener: ListenerChild,
  churn: Churn,
  { pid, sockets, rate, seconds }: Watching,
): Promise<Slice> {
  await listener.ask({ kind: 'record' });
  const before = { api: cpuSeconds(pid), postgres: familyCpuSeconds(ground.postgresPid) };
  const began = performance.now();
  const changes = await churn.run(rate, seconds);
  const { delivered, cpuSeconds: listening, behind, lost } = await listener.report();
  const api = cpuSeconds(pid) - before.api;
  const took = (performance.now() - began) / 1000;
  const { messages, snapshots, unseen, latencyMs, bytes } = judgeDeliveries(delivered, changes);
  const faults = [
    ...lost,
    ...(behind > 0 ? [`${behind} of ${sockets} sockets did not get the newest message`] : []),
    ...(unseen > 0 && snapshots === 0 ? [`${unseen} of ${changes.length} changes were in no message`] : []),
  ];
  return {
    values: {
      perCore: messages / api,
      messages: messages / took,
      beyondWindow: Math.max(0, latencyMs.p99 - WINDOW_MS),
    },
    latencyMs,
    cores: {
      api: api / took,
      postgres: (familyCpuSeconds(ground.postgresPid) - before.postgres) / took,
      generator: listening / seconds,
    },
    answers: { changes: changes.length, messages, snapshots, unseen, bytes },
    ...(faults.length > 0 && { void: faults.join(', ') }),
  };
}
