import { FundsService, ReconciliationService, RefundsService } from '#payments';
import { PaymentProvider } from '../../libs/payments/src/payment-provider.js';
import { ReservationState } from '../../libs/reservations/src/reservation.entity.js';
import { SaleService } from '../../libs/reservations/src/sale.service.js';
import { LIVES_IN_A_WORLD, type Played, closeGround, openGround, playWorld, report } from '../lives/run.js';
import type { Ground } from '../lives/world.js';

const SEEDS = 200;
const FIRST = 1;
/** Enough of them that each kind of trouble comes. */
const MOST_WORLDS = 8;

/** What a control changes, put back when it is done. */
function changed<T extends object, K extends keyof T>(service: T, method: K, to: T[K]): () => void {
  service[method] = to;
  return () => void delete service[method];
}

describe('lives of orders, with everything that goes wrong', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround();
  });
  afterAll(async () => {
    await closeGround(ground);
  });

  it('end as tickets or refunds, without a human, within a bounded time', async () => {
    const broken: string[] = [];
    for (let seed = FIRST; seed < FIRST + SEEDS; seed += LIVES_IN_A_WORLD) {
      const played = await playWorld(ground, seed);
      if (played.breaches.length > 0) broken.push(report(played));
    }
    expect(broken.join('\n\n')).toBe('');
  }, 240_000);

  it('are the same for the same seed', async () => {
    const [one, other] = [await playWorld(ground, 77), await playWorld(ground, 77)];
    expect(other.story).toEqual(one.story);
    expect((await playWorld(ground, 78)).story).not.toEqual(one.story);
  });

  describe('break the law of money when', () => {
    let restore: () => void = () => undefined;
    afterEach(() => {
      restore();
    });
    /** @returns the first world that breaks it */
    const firstBreach = async (): Promise<Played | undefined> => {
      for (let world = 0; world < MOST_WORLDS; world += 1) {
        const played = await playWorld(ground, FIRST + world * LIVES_IN_A_WORLD);
        if (played.breaches.length > 0) return played;
      }
      return undefined;
    };

    it('nobody asks the provider', async () => {
      restore = changed(ground.application.get(ReconciliationService), 'run', async () => await Promise.resolve(0));
      expect((await firstBreach())?.breaches.join()).toMatch(/in our books|for ever|at the end/);
    });

    it('nobody asks about disputes', async () => {
      const provider = ground.application.get(PaymentProvider);
      const { find } = provider;
      provider.find = async (id) => ({ ...(await find(id)), dispute: undefined });
      restore = () => (provider.find = find);
      expect((await firstBreach())?.breaches.join()).toMatch(/whether the bank took it is false in our books/);
    });

    it('nobody asks whether refunds have stayed where they arrived', async () => {
      const refunds = ground.application.get(RefundsService);
      const { database } = ground.application;
      restore = changed(refunds, 'askAgain', async (id) => {
        await database.query(`UPDATE refunds SET next_ask_at = NULL WHERE id = $1`, [id]);
      });
      expect((await firstBreach())?.breaches.join()).toMatch(/what went back is .* in our books/);
    });

    it('what comes in for an expired order is kept', async () => {
      const funds = ground.application.get(FundsService);
      const returnOpen = funds.returnOpen.bind(funds);
      restore = changed(funds, 'returnOpen', async (orderId, ...rest) => {
        const [order] = await ground.application.database.query<{ state: string }>(
          `SELECT state FROM orders WHERE id = $1`,
          [orderId],
        );
        return order!.state === 'EXPIRED' || order!.state === 'REFUNDED' ? 0 : await returnOpen(orderId, ...rest);
      });
      expect((await firstBreach())?.breaches.join()).toMatch(/neither tickets nor a refund|captured-money-idle/);
    });

    it('each try to pay back has a key of its own', async () => {
      const provider = ground.application.get(PaymentProvider);
      const { refund } = provider;
      let tries = 0;
      provider.refund = async (asked) => {
        tries += 1;
        return await refund({ ...asked, key: `${asked.key}:${tries}` });
      };
      restore = () => (provider.refund = refund);
      expect((await firstBreach())?.breaches.join()).toMatch(/what went back is .* in our books/);
    });

    it('a late payment does not look whether its seats are free', async () => {
      const sale = ground.application.get(SaleService);
      const sell = sale.sell.bind(sale);
      restore = changed(
        sale,
        'sell',
        async (order, reservation) =>
          reservation.state === ReservationState.EXPIRED || (await sell(order, reservation)),
      );
      expect((await firstBreach())?.breaches.join()).toMatch(
        /two valid tickets|tickets-and-places-disagree|tickets_one_seat|tiers_taken_within_quantity/,
      );
    });
  });
});
