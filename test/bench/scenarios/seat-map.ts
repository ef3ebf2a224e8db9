import { Client } from '../../../apps/cli/src/journey/client.js';
import { LEGS } from '../data/catalogue-data.js';
import { type Server, startApi } from '../ground/server.js';
import { SEAT_MAP, takenSeats } from '../load/operations.js';
import type { Group } from '../rounds.js';
import { load } from './load-slice.js';
import { Market, hold } from './market.js';
import { read50 } from './yardsticks.js';

const TRIPS = 64;
const TAKEN = 20;
const READERS = 64;

/** Seat maps of 50 seats as they are at the moment of reading. */
export const seatMap: Group = {
  recipes: [
    {
      name: 'seatmap.read',
      product: ['seat maps', 'rate'],
      yardstick: ['SELECT of 50 rows', 'rate'],
      needsPgbench: true,
    },
  ],

  async open(bench) {
    const market = await Market.open(bench);
    const api = await startApi(bench.ground);
    const trips = await market.partlySold(api, TRIPS, TAKEN);
    const work = { kind: 'seat maps' as const, trips, from: 0, to: LEGS };
    await load(bench, [api], { work, connections: READERS, warmUpSeconds: 0, seconds: bench.form.heatSeconds }, [
      'Trip',
    ]);
    return {
      contenders: {
        'SELECT of 50 rows': await read50(bench, await bench.ground.client('yardstick')),
        'seat maps': async (round) => {
          const { slice } = await load(bench, [api], { work, connections: READERS }, ['Trip']);
          const trip = trips[round % trips.length]!;
          const seat = market.coach50.seatIds[TAKEN + Math.floor(round / trips.length)]!;
          slice.void ??= await isStale(api, trip, seat);
          return slice;
        },
      },
      close: async () => {
        await api.stop();
        return [];
      },
    };
  },
};

/** A read that begins after a hold was answered must show it. */
async function isStale(api: Server, trip: string, seat: string): Promise<string | undefined> {
  const read = async (): Promise<number> =>
    takenSeats(JSON.stringify(await new Client(api.url).ask(SEAT_MAP, { id: trip, from: 0, to: LEGS })));
  const before = await read();
  await hold(api, trip, [seat]);
  const now = await read();
  return now === before + 1 ? undefined : `a seat map showed ${now} taken seats instead of ${before + 1}`;
}
