import { LEGS } from '../data/catalogue-data.js';
import { check } from '../data/inventory-tables.js';
import { type Server, startApi, startServer } from '../ground/server.js';
import type { HoldWork } from '../load/plan.js';
import type { Bench, Contender, Group, Slice } from '../rounds.js';
import { seedNaiveTrips } from '../naive/naive-data.js';
import { load } from './load-slice.js';
import { COACH_SEATS, HOT_SEATS, Market, hold } from './market.js';
import { Supply, wholeSlots } from './supply.js';
import { holdOne } from './yardsticks.js';

/** Passengers who wait for an answer at the same time. */
const CALLERS = 256;
/** The naive application is at its best with fewer. */
const NAIVE_CALLERS = 32;
const NAIVE_HOLDS_PER_SECOND = 2000;
const WON = 'ReservationOpened';
const LOST = 'SeatTaken';

/** Everything about how many holds a second; one API process, unless two are wanted. */
export const holds: Group = {
  recipes: [
    { name: 'hold.spread', product: ['spread', 'rate'], yardstick: ['F1', 'rate'], needsPgbench: true },
    { name: 'hold.naive', product: ['spread', 'rate'], yardstick: ['naive', 'rate'] },
    { name: 'hold.seats', product: ['seats', 'seats'], yardstick: ['F1', 'rate'], needsPgbench: true },
    { name: 'hold.losers', product: ['losers', 'rate'], yardstick: ['spread', 'rate'] },
    { name: 'hold.hot', product: ['hot', 'rate'], yardstick: ['spread', 'rate'] },
    { name: 'hold.cpu', product: ['spread', 'apiMicros'], yardstick: ['naive', 'apiMicros'] },
    { name: 'hold.two', product: ['two', 'rate'], yardstick: ['spread', 'rate'] },
    { name: 'memory.load', product: ['spread', 'memoryMib'] },
  ],

  async open(bench, names) {
    const market = await Market.open(bench);
    const api = await startApi(bench.ground);
    const servers = [api];
    const spread = market.supply('spread', 'single');
    const parties = market.supply('seats', 'party');
    const sell = async (on: Server[], supply: Supply): Promise<Slice> => await sold(bench, on, supply);

    const makers: Record<string, () => Promise<Contender>> = {
      F1: async () => holdOne(bench, await bench.ground.client('yardstick')),
      naive: () => naive(bench, market, servers),
      spread: async () => {
        await heat(bench, [api], spread);
        return async () => {
          const slice = await sell([api], spread);
          bench.known.set('spread', slice.values['rate']!);
          return slice;
        };
      },
      seats: async () => () => sell([api], parties),
      losers: () => losers(bench, market, api),
      hot: async () => hot(bench, market, api),
      two: async () => {
        const second = await startApi(bench.ground);
        servers.push(second);
        await heat(bench, [second], spread);
        return () => sell([api, second], spread);
      },
    };
    const contenders: Record<string, Contender> = {};
    for (const name of names) contenders[name] = await makers[name]!();
    return {
      contenders,
      close: async () => {
        const wrong = await check(market.db, [...spread.acknowledged, ...parties.acknowledged]);
        await Promise.all(servers.map((server) => server.stop()));
        return wrong;
      },
    };
  },
};

/** Load on a fresh process, so that its code is compiled and its caches are filled before anything counts. */
export async function heat(bench: Bench, servers: Server[], supply: Supply): Promise<void> {
  const { heatSeconds } = bench.form;
  const work = await supply.work(heatSeconds);
  const { result, slice } = await load(
    bench,
    servers,
    { work, connections: CALLERS, warmUpSeconds: 0, seconds: heatSeconds },
    [WON],
  );
  supply.took(result);
  if (slice.void) throw new Error(`the API did not hold: ${slice.void}`);
}

/** As many holds as go, each of a free seat. */
export async function sold(bench: Bench, servers: Server[], supply: Supply, connections = CALLERS): Promise<Slice> {
  const { seconds, warmUpSeconds } = bench.form;
  const work = await supply.work(seconds + warmUpSeconds);
  const { result, slice } = await load(bench, servers, { work, connections }, [WON]);
  supply.took(result);
  return slice;
}

async function naive(bench: Bench, market: Market, servers: Server[]): Promise<Contender> {
  const url = await bench.ground.database('naive');
  const server = await startServer(bench.ground, 'naive', 'dist/test/bench/naive/main.js', { DATABASE_URL: url });
  servers.push(server);
  const db = await bench.ground.client('naive');
  const { seatIds } = market.coach;
  const make = async (count: number): Promise<string[]> => await seedNaiveTrips(db, seatIds, count);
  const slots = wholeSlots(COACH_SEATS, LEGS);
  const supply = new Supply('naive', bench.ground.folder, seatIds, slots, market.tokens, make, NAIVE_HOLDS_PER_SECOND);
  await heat(bench, [server], supply);
  return () => sold(bench, [server], supply, NAIVE_CALLERS);
}

/** A sold-out trip: whoever asks is refused. */
async function losers(bench: Bench, market: Market, api: Server): Promise<Contender> {
  const [trip] = await market.trips(1);
  await hold(api, trip!, market.coach.seatIds);
  const work = rush(market, [trip!], false, COACH_SEATS);
  return async () => (await load(bench, [api], { work, connections: CALLERS }, [LOST])).slice;
}

/** 50 seats that everybody wants. Whoever gets one gives it up at once, so that there is always something to win. */
function hot(bench: Bench, market: Market, api: Server): Contender {
  return async () => {
    // Whoever has a seat at the end of a slice keeps it.
    const work = rush(market, await market.trips(1, market.coach50), true, HOT_SEATS);
    const { slice } = await load(bench, [api], { work, connections: CALLERS }, [WON, LOST, 'Reservation']);
    if (!slice.answers?.[WON]) slice.void ??= 'nobody got a seat';
    return slice;
  };
}

function rush(market: Market, trips: string[], givesUp: boolean, seats: number): HoldWork {
  return {
    kind: 'holds',
    trips,
    seats: givesUp ? market.coach50.seatIds : market.coach.seatIds,
    slots: wholeSlots(seats, LEGS),
    order: 'by chance',
    first: 0,
    givesUp,
    tokens: market.tokens,
  };
}
