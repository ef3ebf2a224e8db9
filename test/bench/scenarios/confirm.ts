import { randomUUID } from 'node:crypto';
import { signWebhook, SIGNATURE_HEADER } from '../../../libs/payments/src/sandbox/sandbox-signature.js';
import { check } from '../data/inventory-tables.js';
import { cpuSeconds, familyCpuSeconds } from '../ground/processes.js';
import { type Server, startApi } from '../ground/server.js';
import type { Bench, Group, Slice } from '../rounds.js';
import { Caller } from '../load/caller.js';
import { CHECK_OUT, RESERVE } from '../load/operations.js';
import { LEGS } from '../data/catalogue-data.js';
import { COACH_SEATS, type Held, Market } from './market.js';
import { holdOne } from './yardsticks.js';

/** Passengers who buy at the same time; all of them want the same trip, and the next one when it is sold out. */
const BUYERS = 256;

/** From the hold to the valid ticket, for one hot trip after the other: reserve, check out, and the provider's webhook. */
export const confirm: Group = {
  recipes: [{ name: 'confirm', product: ['confirm', 'rate'], yardstick: ['F1', 'rate'], needsPgbench: true }],

  async open(bench) {
    const market = await Market.open(bench);
    const api = await startApi(bench.ground);
    // As for every other load: its code is compiled and its caches are filled before anything counts.
    await bought({ ...bench, form: { ...bench.form, seconds: bench.form.heatSeconds, warmUpSeconds: 0 } }, market, api);
    return {
      contenders: {
        F1: holdOne(bench, await bench.ground.client('yardstick')),
        confirm: async () => await bought(bench, market, api),
      },
      close: async () => {
        const wrong = await check(market.db, []);
        const { rows } = await market.db.query<{ count: string }>(
          `SELECT count(*) FROM orders o WHERE o.state = 'PAID' AND NOT EXISTS (SELECT FROM tickets t WHERE t.order_id = o.id AND t.state = 'PAID')`,
        );
        if (rows[0]!.count !== '0') wrong.push(`${rows[0]!.count} paid orders have no ticket`);
        await api.stop();
        return wrong;
      },
    };
  },
};

async function bought(bench: Bench, market: Market, api: Server): Promise<Slice> {
  const { form, ground } = bench;
  const trips = await market.trips(Math.ceil(((form.seconds + form.warmUpSeconds) * 1000) / COACH_SEATS));
  const seats = trips.flatMap((trip) => market.coach.seatIds.map((seat) => ({ trip, seat })));
  const callers = await Promise.all(Array.from({ length: BUYERS }, () => Caller.open(api.url)));
  const used = (): { api: number; postgres: number } => ({
    api: cpuSeconds(api.pid),
    postgres: familyCpuSeconds(ground.postgresPid),
  });
  let [next, sold, began] = [0, 0, 0];
  let before = used();
  const start = performance.now() + form.warmUpSeconds * 1000;
  const until = start + form.seconds * 1000;
  const buyer = async (caller: Caller): Promise<void> => {
    for (let now = performance.now(); now < until; now = performance.now()) {
      if (began === 0 && now >= start) [began, before, sold] = [now, used(), 0];
      const { trip, seat } = seats[next++]!;
      await buy(caller, ground.secret, trip, seat);
      sold += 1;
    }
  };
  await Promise.all(callers.map(buyer));
  const seconds = (performance.now() - began) / 1000;
  const after = used();
  callers.forEach((caller) => caller.close());
  const [ofApi, ofPostgres] = [after.api - before.api, after.postgres - before.postgres];
  return {
    values: { rate: sold / seconds, apiMicros: (ofApi / sold) * 1e6, postgresMicros: (ofPostgres / sold) * 1e6 },
    cores: { api: ofApi / seconds, postgres: ofPostgres / seconds },
  };
}

/** @throws Error when there is no valid ticket in the end */
async function buy(caller: Caller, secret: string, trip: string, seat: string): Promise<void> {
  const { reserve } = await caller.ask<{ reserve: { sessionToken: string; reservation: Held } }>(RESERVE, {
    input: { bookableId: trip, from: 0, to: LEGS, seats: [{ seatId: seat }] },
  });
  const { checkOut } = await caller.ask<{
    checkOut: { __typename: string; totalMinor: number; currency: string; payment: { payUrl: string } };
  }>(CHECK_OUT, {
    input: {
      reservationId: reserve.reservation.id,
      sessionToken: reserve.sessionToken,
      contact: { name: 'Buyer', email: `${randomUUID()}@holdfast.test` },
    },
  });
  const chargeId = checkOut.payment.payUrl.split('/').at(-1)!;
  const body = JSON.stringify({
    eventId: randomUUID(),
    kind: 'charge.succeeded',
    chargeId,
    amountMinor: checkOut.totalMinor,
    currency: checkOut.currency,
  });
  const answer = await caller.post('/webhooks/payments/sandbox', body, {
    [SIGNATURE_HEADER]: signWebhook(secret, body, new Date()),
  });
  if (answer.status !== 200) throw new Error(`a webhook was answered with ${answer.status}: ${answer.body}`);
}
