import { check } from '../data/inventory-tables.js';
import { startApi } from '../ground/server.js';
import type { Group } from '../rounds.js';
import { heat, sold } from './holds.js';
import { load } from './load-slice.js';
import { Market } from './market.js';
import { holdOne } from './yardsticks.js';

/** Of what the process can do at most. */
const SHARE = 0.7;
/** Passengers who come while all connections wait for answers are late, and that counts. */
const CONNECTIONS = 512;

/** Latency while people come by chance, at a rate that the API can bear: p99 against that of pgbench at the same rate. */
export const holdLatency: Group = {
  recipes: [
    { name: 'hold.p99', product: ['open load', 'p99'], yardstick: ['F1 at the same rate', 'p99'], needsPgbench: true },
  ],

  async open(bench) {
    const market = await Market.open(bench);
    const api = await startApi(bench.ground);
    const supply = market.supply('open', 'single');
    await heat(bench, [api], supply);
    const most = bench.known.get('spread') ?? (await sold(bench, [api], supply)).values['rate']!;
    const rate = most * SHARE;
    bench.say(`open load: ${Math.round(rate)} holds a second`);
    return {
      contenders: {
        'F1 at the same rate': holdOne(bench, await bench.ground.client('yardstick'), rate),
        'open load': async () => {
          const work = await supply.work(bench.form.seconds + bench.form.warmUpSeconds);
          const { result, slice } = await load(bench, [api], { work, connections: CONNECTIONS, rate }, [
            'ReservationOpened',
          ]);
          supply.took(result);
          return slice;
        },
      },
      close: async () => {
        const wrong = await check(market.db, supply.acknowledged);
        await api.stop();
        return wrong;
      },
    };
  },
};
