import { newId } from '#kernel';
import { Auditor, type Database, Refusal } from '#platform';
import { type Promo, PromosService } from '#promos';
import { type TestApplication, startApplication, startBeside } from '../support/application.js';
import { type Claimed, basketOf, claimed, countersOf, promoOf } from '../support/promos.js';
import { RIVALS, tally } from '../support/rivals.js';

type Terms = Parameters<typeof promoOf>[2];
type Outcome = { __typename: string; claimed?: Claimed };

/** Fifty orders through two applications; all have seen the price before anybody claims. */
describe('fifty rivals for a promo', () => {
  let application: TestApplication;
  let beside: TestApplication;
  let organizationId: string;
  let promo: Promo;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
    beside = await startBeside(application);
  });
  beforeEach(() => {
    organizationId = newId();
  });
  afterAll(async () => {
    await beside.close();
    await application.close();
  });

  const door = (rival: number): TestApplication => (rival % 2 ? beside : application);
  const counters = async (): Promise<number[]> => await countersOf(application, promo);
  const breach = async (): Promise<string[]> =>
    (await application.get(Auditor).run()).map(({ invariant }) => invariant);

  /** Claims what was previewed when everything was still there: the check before is not what decides. */
  async function rush(terms: Terms, prices: number[], email?: string): Promise<Outcome[]> {
    promo = await promoOf(application, organizationId, terms);
    const baskets = Array.from({ length: RIVALS }, () =>
      basketOf(organizationId, { prices, ...(email && { customer: { userId: null, email } }) }),
    );
    const discounts = await application.get(PromosService).preview(baskets[0]!, 'TENTH');
    return await Promise.all(
      baskets.map(async (basket, rival): Promise<Outcome> => {
        const { database, get } = door(rival);
        const [orderId, lineItemIds] = [newId(), prices.map(() => newId())];
        try {
          await database.transaction(() => get(PromosService).claim(orderId, basket, discounts, lineItemIds));
          return { __typename: 'Claimed', claimed: { orderId, lineItemIds, basket, discounts } };
        } catch (error) {
          return { __typename: error instanceof Refusal ? (error as Refusal & { reason: string }).reason : 'ERROR' };
        }
      }),
    );
  }

  it.each<[string, Terms, number[], number, string, number[]]>([
    ['its last use: one has it', { mostUses: 1 }, [1000], 1, 'SPENT', [1, 1, 100]],
    ['its last seven uses', { mostUses: 7 }, [1000], 7, 'SPENT', [7, 7, 700]],
    ['its last five places, two for each', { mostPlaces: 5 }, [1000, 1000], 2, 'SPENT', [2, 4, 400]],
    ['the last of its budget', { budgetMinor: 950, currency: 'GBP' }, [1000], 9, 'SPENT', [9, 9, 900]],
  ])('%s', async (_, terms, prices, winners, reason, left) => {
    expect(tally(await rush(terms, prices))).toEqual({ Claimed: winners, [reason]: RIVALS - winners });
    expect(await counters()).toEqual(left);
    expect(await breach()).toEqual([]);
  });

  it('the only use of one customer', async () => {
    const outcomes = await rush({ mostUsesPerCustomer: 1 }, [1000], 'one@holdfast.test');
    expect(tally(outcomes)).toEqual({ Claimed: 1, ALREADY_USED: RIVALS - 1 });
    expect(await counters()).toEqual([1, 1, 100]);
    expect(await breach()).toEqual([]);
  });

  it('what comes back: as many have it as gave it back', async () => {
    const outcomes = await rush({ mostUses: 20 }, [1000]);
    const holders = outcomes.flatMap(({ claimed }) => claimed ?? []);
    const given = holders.slice(0, 12);
    // Everybody gives back twice, while others try to have it.
    const tries = await Promise.all([
      ...[...given, ...given].map(async ({ orderId }, rival): Promise<Outcome> => {
        const { database, get } = door(rival);
        await database.transaction(() => get(PromosService).giveBack(orderId));
        return { __typename: 'Returned' };
      }),
      ...Array.from({ length: RIVALS }, async (_, rival): Promise<Outcome> => {
        const again = claimed(door(rival), basketOf(organizationId), 'TENTH');
        return await again.then(
          (one) => ({ __typename: 'Claimed', claimed: one }),
          (error: unknown) => ({ __typename: error instanceof Refusal ? 'Refused' : 'ERROR' }),
        );
      }),
    ]);
    const { Claimed: won = 0, ERROR: errors = 0 } = tally(tries);
    expect(errors).toBe(0);
    expect((await counters())[0]).toBe(8 + won);
    expect(won).toBeLessThanOrEqual(12);
    expect(await breach()).toEqual([]);
  });

  it('two promos, named in either order: nobody waits in a circle', async () => {
    const [first, second] = [
      await promoOf(application, organizationId, { code: undefined }),
      await promoOf(application, organizationId, { code: undefined }),
    ];
    const basket = basketOf(organizationId);
    const discounts = await application.get(PromosService).preview(basket);
    expect(discounts.map(({ promoId }) => promoId)).toEqual([first.id, second.id]);
    const orders = await Promise.all(
      Array.from({ length: RIVALS }, async (_, rival) => {
        const { database, get } = door(rival);
        const orderId = newId();
        const asked = rival % 3 ? discounts : discounts.toReversed();
        let tries = 0;
        await database.transaction(async () => {
          tries += 1;
          await get(PromosService).claim(orderId, basket, asked, [newId()]);
        });
        return { orderId, tries };
      }),
    );
    // A deadlock would have been tried again.
    expect(new Set(orders.map(({ tries }) => tries))).toEqual(new Set([1]));
    await Promise.all(
      orders.map(async ({ orderId }, rival) => {
        const { database, get } = door(rival);
        await database.transaction(() => get(PromosService).giveBack(orderId));
      }),
    );
    expect([await countersOf(application, first), await countersOf(application, second)]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(await breach()).toEqual([]);
  });

  /** Negative controls: the walls taken down one after the other, in this file's own database. */
  describe('whose guard is gone', () => {
    afterEach(() => {
      jest.restoreAllMocks();
    });
    /** Takes guards out of the statements of both applications. @returns how often they were there */
    const weaken = (...guards: [guard: string, without: string][]): { times: number } => {
      const found = { times: 0 };
      for (const { database } of [application, beside]) {
        const query = database.query.bind(database) as Database['query'];
        jest.spyOn(database, 'query').mockImplementation(async (sql, parameters) => {
          for (const [guard, without] of guards) {
            if (sql.includes(guard)) found.times += 1;
            sql = sql.replaceAll(guard, without);
          }
          return await query(sql, parameters);
        });
      }
      return found;
    };
    const withdrawn = async (): Promise<void> => {
      for (const table of ['promo_shares', 'promo_uses', 'promo_customers', 'promos'])
        await application.database.query(`DELETE FROM ${table}`);
    };

    it.each<[string, string, string, Terms]>([
      ['uses', 'AND (most_uses IS NULL OR uses < most_uses)', 'promos_uses_within_limit', { mostUses: 1 }],
      [
        'places',
        'AND (most_places IS NULL OR places_used + $2 <= most_places)',
        'promos_places_within_limit',
        { mostPlaces: 1 },
      ],
      [
        'budget',
        'AND (budget_minor IS NULL OR budget_used_minor + $3 <= budget_minor)',
        'promos_within_budget',
        { budgetMinor: 100, currency: 'GBP' },
      ],
    ])('%s: the constraint defends them, and without it they are exceeded', async (_, guard, constraint, terms) => {
      const found = weaken([guard, '']);
      expect(tally(await rush(terms, [1000]))).toEqual({ Claimed: 1, ERROR: RIVALS - 1 });
      expect(found.times).toBe(RIVALS);
      expect(await breach()).toEqual([]);
      await withdrawn();
      await application.database.query(`ALTER TABLE promos DROP CONSTRAINT ${constraint}`);
      expect(tally(await rush(terms, [1000]))).toEqual({ Claimed: RIVALS });
      expect(await breach()).toEqual(['promo-over-limit']);
      await withdrawn();
    });

    it('the use of one customer: used fifty times, and the auditor says so', async () => {
      const found = weaken(['WHERE $3::int IS NULL OR promo_customers.uses < $3', 'WHERE $3::int IS NULL OR true']);
      const outcomes = await rush({ mostUsesPerCustomer: 1 }, [1000], 'one@holdfast.test');
      expect([tally(outcomes), found.times]).toEqual([{ Claimed: RIVALS }, RIVALS]);
      expect(await breach()).toEqual(['promo-over-limit']);
      await withdrawn();
    });

    it('giving back: counted twice when the order is not locked and shares are not asked for their state', async () => {
      promo = await promoOf(application, organizationId);
      const order = await claimed(application, basketOf(organizationId), 'TENTH');
      for (let others = 0; others < 5; others += 1) await claimed(application, basketOf(organizationId), 'TENTH');
      const found = weaken(
        [`AND state = 'CLAIMED' AND ($2::uuid[]`, 'AND ($2::uuid[]'],
        ['AND state = $2 ORDER BY promo_id FOR UPDATE', `AND $2 <> '' ORDER BY promo_id`],
      );
      for (let times = 0; times < 3; times += 1)
        await application.database.transaction(() => application.get(PromosService).giveBack(order.orderId));
      expect([await counters(), found.times]).toEqual([[5, 3, 300], 6]);
      expect(await breach()).toEqual(['promo-counters-differ']);
      await withdrawn();
    });

    it('an order that claims twice: counted twice without the unique row', async () => {
      promo = await promoOf(application, organizationId);
      await application.database.query(`ALTER TABLE promo_uses DROP CONSTRAINT promo_uses_order`);
      weaken(['ON CONFLICT (order_id, promo_id) DO NOTHING', '']);
      const basket = basketOf(organizationId);
      const discounts = await application.get(PromosService).preview(basket, 'TENTH');
      const [orderId, line] = [newId(), newId()];
      const twice = (): Promise<void> =>
        application.database.transaction(() =>
          application.get(PromosService).claim(orderId, basket, discounts, [line]),
        );
      await Promise.all([twice(), twice()]);
      expect(await counters()).toEqual([2, 2, 200]);
      await withdrawn();
    });
  });
});
