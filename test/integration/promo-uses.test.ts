import { newId } from '#kernel';
import { Auditor } from '#platform';
import { type Promo, PromoAudience, PromoKind, PromoOffersService, PromosService } from '#promos';
import { type TestApplication, startApplication } from '../support/application.js';
import { StoppedClock } from '../support/clock.js';
import { type Claimed, basketOf, claimed, countersOf, promoOf } from '../support/promos.js';

describe('uses of promos', () => {
  const clock = new StoppedClock();
  let application: TestApplication;
  let promos: PromosService;
  let organizationId: string;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
    promos = application.get(PromosService);
  });
  beforeEach(() => {
    organizationId = newId();
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
  });
  afterAll(async () => {
    await application.close();
  });

  const make = async (terms: Parameters<typeof promoOf>[2] = {}): Promise<Promo> =>
    await promoOf(application, organizationId, terms);
  const claim = async (
    prices = [1000, 1000, 500],
    customer = { userId: null, email: 'a@holdfast.test' },
  ): Promise<Claimed> => await claimed(application, basketOf(organizationId, { prices, customer }), 'TENTH');
  const inTransaction = async (work: () => Promise<void>): Promise<void> =>
    await application.database.transaction(work);
  const counters = async (promo: Promo): Promise<number[]> => await countersOf(application, promo);
  const customerUses = async (): Promise<number[]> =>
    (
      await application.database.query<{ uses: number }>(
        `SELECT c.uses FROM promo_customers c JOIN promos p ON p.id = c.promo_id WHERE p.organization_id = $1`,
        [organizationId],
      )
    ).map(({ uses }) => uses);

  it('are counted once for an order, however often it claims', async () => {
    const promo = await make();
    const { orderId, basket, discounts, lineItemIds } = await claim();
    expect(await counters(promo)).toEqual([1, 3, 250]);
    await inTransaction(() => promos.claim(orderId, basket, discounts, lineItemIds));
    await Promise.all(
      Array.from({ length: 10 }, () => inTransaction(() => promos.claim(orderId, basket, discounts, lineItemIds))),
    );
    expect(await counters(promo)).toEqual([1, 3, 250]);
    expect(await customerUses()).toEqual([1]);
  });

  it('are counted once when an order claims ten times at the same moment', async () => {
    const promo = await make();
    const basket = basketOf(organizationId);
    const discounts = await promos.preview(basket, 'TENTH');
    const [orderId, line] = [newId(), newId()];
    await Promise.all(
      Array.from({ length: 10 }, () => inTransaction(() => promos.claim(orderId, basket, discounts, [line]))),
    );
    expect(await counters(promo)).toEqual([1, 1, 100]);
  });

  it('go back once, however often and from however many sides', async () => {
    const promo = await make({ mostUses: 1, mostUsesPerCustomer: 1 });
    const first = await claim();
    await Promise.all(Array.from({ length: 10 }, () => inTransaction(() => promos.giveBack(first.orderId))));
    expect(await counters(promo)).toEqual([0, 0, 0]);
    expect(await customerUses()).toEqual([0]);
    const second = await claim();
    await inTransaction(() => promos.giveBack(first.orderId));
    expect(await counters(promo)).toEqual([1, 3, 250]);
    // The order that gave it back does not get it again by claiming again.
    await inTransaction(() => promos.claim(first.orderId, first.basket, first.discounts, first.lineItemIds));
    expect(await counters(promo)).toEqual([1, 3, 250]);
    await inTransaction(() => promos.giveBack(second.orderId));
    expect(await counters(promo)).toEqual([0, 0, 0]);
  });

  it('go back place by place, and the use with its last place', async () => {
    const promo = await make();
    const { orderId, lineItemIds } = await claim();
    const [first, second, third] = lineItemIds.map((id) => [id]);
    const steps: [string[], number[]][] = [
      [first!, [1, 2, 150]],
      [first!, [1, 2, 150]],
      [[newId()], [1, 2, 150]],
      [third!, [1, 1, 100]],
      [
        [...first!, ...second!, ...third!],
        [0, 0, 0],
      ],
      [second!, [0, 0, 0]],
    ];
    for (const [places, left] of steps) {
      await Promise.all(Array.from({ length: 5 }, () => inTransaction(() => promos.giveBackPlaces(orderId, places))));
      expect(await counters(promo)).toEqual(left);
    }
    expect(await customerUses()).toEqual([0]);
  });

  it('go back as a whole after a part went back', async () => {
    const promo = await make();
    const { orderId, lineItemIds } = await claim();
    await Promise.all([
      inTransaction(() => promos.giveBackPlaces(orderId, lineItemIds.slice(0, 1))),
      inTransaction(() => promos.giveBack(orderId)),
    ]);
    expect(await counters(promo)).toEqual([0, 0, 0]);
  });

  it('of the places of others stay when one order gives back', async () => {
    const promo = await make();
    const other = await claim();
    const { orderId, lineItemIds } = await claim();
    await inTransaction(() => promos.giveBackPlaces(orderId, [...lineItemIds, ...other.lineItemIds]));
    expect(await counters(promo)).toEqual([1, 3, 250]);
    await inTransaction(() => promos.giveBack(newId()));
    expect(await counters(promo)).toEqual([1, 3, 250]);
  });

  it('are kept by nobody whose transaction rolls back', async () => {
    const promo = await make();
    const basket = basketOf(organizationId);
    const discounts = await promos.preview(basket, 'TENTH');
    const failing = inTransaction(async () => {
      await promos.claim(newId(), basket, discounts, [newId()]);
      throw new Error('of the caller');
    });
    await expect(failing).rejects.toThrow('of the caller');
    expect(await counters(promo)).toEqual([0, 0, 0]);
  });

  it.each<[string, Parameters<typeof promoOf>[2], (id: string) => Promise<unknown>, string]>([
    ['ended', { endsAt: new Date(clock.now().getTime() + 60_000) }, async () => clock.advance(1), 'ENDED'],
    ['was deactivated', {}, (id) => application.get(PromoOffersService).deactivate(id), 'ENDED'],
    ['was spent', { mostUses: 1 }, () => claim(), 'SPENT'],
    ['has no place left', { mostPlaces: 3 }, () => claim(), 'SPENT'],
    ['has too few places left', { mostPlaces: 4 }, () => claim(), 'SPENT'],
    ['has too little left', { budgetMinor: 300, currency: 'GBP' }, () => claim(), 'SPENT'],
    ['was used by the same person', { mostUsesPerCustomer: 1 }, () => claim(), 'ALREADY_USED'],
  ])('are refused when the promo %s after the preview; nothing is kept', async (_, terms, meanwhile, reason) => {
    const automatic = await make({ code: undefined, percentBps: 1, kind: PromoKind.PERCENT });
    const promo = await make(terms);
    const basket = basketOf(organizationId, {
      prices: [1000, 1000],
      customer: { userId: null, email: 'a@holdfast.test' },
    });
    const discounts = await promos.preview(basket, 'TENTH');
    expect(discounts).toHaveLength(1);
    await meanwhile(promo.id);
    const before = [await counters(promo), await counters(automatic)];
    const late = inTransaction(() => promos.claim(newId(), basket, discounts, [newId(), newId()]));
    await expect(late).rejects.toMatchObject({ reason });
    expect([await counters(promo), await counters(automatic)]).toEqual(before);
  });

  it.each([PromoAudience.ACCOUNTS, PromoAudience.NEW_CUSTOMERS])(
    'of %s are refused to who is not, though the price was for somebody who is',
    async (audience) => {
      const promo = await make({ audience });
      const shown = basketOf(organizationId, { isNewCustomer: true, customer: { userId: newId(), email: null } });
      const discounts = await promos.preview(shown, 'TENTH');
      const buyer = { ...shown, isNewCustomer: false, customer: { userId: null, email: 'a@holdfast.test' } };
      const asBuyer = inTransaction(() => promos.claim(newId(), buyer, discounts, [newId()]));
      await expect(asBuyer).rejects.toMatchObject({ reason: 'AUDIENCE' });
      expect(await counters(promo)).toEqual([0, 0, 0]);
      await inTransaction(() => promos.claim(newId(), shown, discounts, [newId()]));
    },
  );

  it('of several promos come and go together', async () => {
    const automatic = await make({ code: undefined });
    const code = await make();
    const { orderId, lineItemIds } = await claim();
    expect([await counters(automatic), await counters(code)]).toEqual([
      [1, 3, 250],
      [1, 3, 225],
    ]);
    await inTransaction(() => promos.giveBackPlaces(orderId, lineItemIds.slice(2)));
    expect([await counters(automatic), await counters(code)]).toEqual([
      [1, 2, 200],
      [1, 2, 180],
    ]);
    await inTransaction(() => promos.giveBack(orderId));
    expect([await counters(automatic), await counters(code)]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('of a late payment are taken up again, also after the promo has ended', async () => {
    const promo = await make({ mostUses: 1, endsAt: new Date(clock.now().getTime() + 60_000) });
    const { orderId } = await claim();
    await inTransaction(() => promos.reclaim(orderId));
    expect(await counters(promo)).toEqual([1, 3, 250]);
    await inTransaction(() => promos.giveBack(orderId));
    clock.advance(2);
    await Promise.all(Array.from({ length: 5 }, () => inTransaction(() => promos.reclaim(orderId))));
    expect(await counters(promo)).toEqual([1, 3, 250]);
    expect(await customerUses()).toEqual([1]);
  });

  it.each<[string, Parameters<typeof promoOf>[2], string]>([
    ['uses', { mostUses: 1 }, 'SPENT'],
    ['places', { mostPlaces: 4 }, 'SPENT'],
    ['budget', { budgetMinor: 400, currency: 'GBP' }, 'SPENT'],
    ['uses of the customer', { mostUsesPerCustomer: 1 }, 'ALREADY_USED'],
  ])('of a late payment are refused when the %s went to others', async (_, terms, reason) => {
    const promo = await make(terms);
    const { orderId } = await claim();
    await inTransaction(() => promos.giveBack(orderId));
    await claim();
    await expect(inTransaction(() => promos.reclaim(orderId))).rejects.toMatchObject({ reason });
    expect(await counters(promo)).toEqual([1, 3, 250]);
  });

  it('are moved in a transaction only, for somebody, and for the basket that was previewed', async () => {
    await make();
    const basket = basketOf(organizationId, { prices: [1000, 500] });
    const discounts = await promos.preview(basket, 'TENTH');
    const ids = [newId(), newId()];
    await expect(promos.claim(newId(), basket, discounts, ids)).rejects.toThrow('transaction');
    await expect(promos.giveBack(newId())).rejects.toThrow('transaction');
    await expect(promos.giveBackPlaces(newId(), ids)).rejects.toThrow('transaction');
    await expect(promos.reclaim(newId())).rejects.toThrow('transaction');
    const nobody = { ...basket, customer: { userId: null, email: null } };
    await expect(inTransaction(() => promos.claim(newId(), nobody, discounts, ids))).rejects.toThrow('for nobody');
    const [discount] = discounts;
    for (const wrong of [
      { ...discount!, perPlace: [100] },
      { ...discount!, perPlace: [1100, -950] },
      { ...discount!, perPlace: [1001, 50], amountMinor: 1051 },
      { ...discount!, amountMinor: 1 },
      { ...discount!, covered: [true, false] },
    ])
      await expect(inTransaction(() => promos.claim(newId(), basket, [wrong], ids))).rejects.toThrow(
        'not of this basket',
      );
    await expect(inTransaction(() => promos.claim(newId(), basket, discounts, [newId()]))).rejects.toThrow(
      'not of this basket',
    );
    // With no discount there is nothing to claim.
    await inTransaction(() => promos.claim(newId(), nobody, [], ids));
  });

  it('of another organization are not to be had', async () => {
    await make();
    const basket = basketOf(organizationId);
    const discounts = await promos.preview(basket, 'TENTH');
    const foreign = { ...basket, organizationId: newId() };
    await expect(inTransaction(() => promos.claim(newId(), foreign, discounts, [newId()]))).rejects.toMatchObject({
      reason: 'SPENT',
    });
  });
});
