import { randomUUID } from 'node:crypto';
import { Client } from '../../../apps/cli/src/journey/client.js';
import { check, endHolds, expired } from '../data/inventory-tables.js';
import { accessTokens } from '../data/tokens.js';
import { cpuSeconds, familyCpuSeconds } from '../ground/processes.js';
import { type Server, startApi } from '../ground/server.js';
import type { Bench, Group, Slice } from '../rounds.js';
import { load } from './load-slice.js';
import { Market } from './market.js';
import type { Supply } from './supply.js';
import { hold64 } from './yardsticks.js';

const CALLERS = 128;

/**
 * Holds whose time is up, recorded in one go. They are made through the API, like any others. What follows from it, such
 * as a message to the passenger, is recorded with it and done later by a worker, which is not there.
 */
export const sweep: Group = {
  recipes: [{ name: 'sweep', product: ['sweep', 'rate'], yardstick: ['F64', 'rate'], needsPgbench: true }],
  rounds: ({ sweeps }) => sweeps,

  async open(bench) {
    const market = await Market.open(bench);
    const api = await startApi(bench.ground);
    return {
      contenders: {
        F64: hold64(bench, await bench.ground.client('yardstick')),
        sweep: async (round) => {
          const supply = market.supply(`sweep-${round}`, 'single');
          await makeHolds(bench, api, supply);
          await bench.ground.settle();
          return await swept(bench, market, api, supply.trips);
        },
      },
      close: async () => {
        const wrong = await check(market.db, []);
        await api.stop();
        return wrong;
      },
    };
  },
};

async function makeHolds(bench: Bench, api: Server, supply: Supply): Promise<void> {
  const limit = bench.form.expiredHolds;
  const work = await supply.work(limit / 6000);
  const plan = {
    work: { ...work, acknowledged: undefined },
    connections: CALLERS,
    warmUpSeconds: 0,
    seconds: 600,
    limit,
  };
  const { result } = await load(bench, [api], plan, ['ReservationOpened']);
  const made = result.allAnswers['ReservationOpened'];
  if (made !== limit) throw new Error(`${made} of ${limit} holds could be made: ${JSON.stringify(result.allAnswers)}`);
}

async function swept({ ground, form }: Bench, { db }: Market, api: Server, trips: string[]): Promise<Slice> {
  const used = (): { api: number; postgres: number } => ({
    api: cpuSeconds(api.pid),
    postgres: familyCpuSeconds(ground.postgresPid),
  });
  const [admin] = accessTokens([randomUUID()], ground.secret, { admin: true });
  await endHolds(db, trips);
  const before = used();
  const began = performance.now();
  await new Client(api.url, admin).ask('mutation { cleanUpReservations }');
  const seconds = (performance.now() - began) / 1000;
  const after = used();
  const count = await expired(db, trips);
  return {
    values: {
      rate: count / seconds,
      apiMicros: ((after.api - before.api) / count) * 1e6,
      postgresMicros: ((after.postgres - before.postgres) / count) * 1e6,
    },
    cores: { api: (after.api - before.api) / seconds, postgres: (after.postgres - before.postgres) / seconds },
    ...(count !== form.expiredHolds && { void: `${count} of ${form.expiredHolds} holds were swept` }),
  };
}
