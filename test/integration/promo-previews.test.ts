import { newId } from '#kernel';
import { type Basket, type Promo, PromoAudience, PromoKind, PromoOffersService, PromosService } from '#promos';
import { type TestApplication, startApplication } from '../support/application.js';
import { StoppedClock } from '../support/clock.js';
import { basketOf, claimed, promoOf } from '../support/promos.js';

type Terms = Parameters<typeof promoOf>[2];

const [HERE, ELSEWHERE, ADULT, CHILD, HIDDEN] = [newId(), newId(), newId(), newId(), newId()];
const HOUR = 3_600_000;

/** A basket of two adults of 10.00 and a child of 5.00, on the trip HERE. */
const family = (organizationId: string, changes: Partial<Basket> = {}): Basket =>
  basketOf(organizationId, {
    bookableId: HERE,
    places: [
      { tierId: ADULT, priceMinor: 1000 },
      { tierId: ADULT, priceMinor: 1000 },
      { tierId: CHILD, priceMinor: 500 },
    ],
    ...changes,
  });

describe('the preview of discounts', () => {
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
  afterAll(async () => {
    await application.close();
  });

  const make = async (terms: Terms = {}): Promise<Promo> => await promoOf(application, organizationId, terms);
  const inHours = (hours: number): Date => new Date(clock.now().getTime() + hours * HOUR);
  const off = async (basket: Basket, code?: string): Promise<number[][]> =>
    (await promos.preview(basket, code)).map(({ perPlace }) => perPlace);

  it.each<[string, Terms, number[]]>([
    ['a percentage', { percentBps: 1250, kind: PromoKind.PERCENT }, [125, 125, 63]],
    ['an amount', { amountMinor: 700, currency: 'GBP', kind: PromoKind.FIXED }, [280, 280, 140]],
    [
      'an amount for each place',
      { amountMinor: 700, currency: 'GBP', kind: PromoKind.FIXED_PER_PLACE },
      [700, 700, 500],
    ],
    ['three for two', { takePlaces: 3, payPlaces: 2, kind: PromoKind.N_FOR_M }, [0, 0, 500]],
    ['a percentage for the cheapest place', { mostPlacesPerOrder: 1 }, [0, 0, 50]],
    ['a percentage for one tier', { tierIds: [ADULT] }, [100, 100, 0]],
    ['a percentage for this trip', { bookableIds: [HERE, ELSEWHERE] }, [100, 100, 50]],
    ['a percentage for one tier of this trip', { bookableIds: [HERE], tierIds: [CHILD] }, [0, 0, 50]],
    ['what the budget has', { budgetMinor: 100, currency: 'GBP' }, [40, 40, 20]],
    ['as many places as there may be', { mostPlaces: 2 }, [100, 0, 50]],
    ['a percentage at the minimum', { minimumMinor: 2500, currency: 'GBP', minimumPlaces: 3 }, [100, 100, 50]],
  ])('is %s, as a code and by itself', async (_, terms, expected) => {
    const promo = await make(terms);
    const basket = family(organizationId);
    expect(await promos.preview(basket, ' tenth ')).toEqual([
      {
        promoId: promo.id,
        code: 'TENTH',
        name: 'A promo',
        amountMinor: expected.reduce((total, amount) => total + amount),
        perPlace: expected,
        covered: expected.map((amount) => amount > 0),
      },
    ]);
    expect(await promos.preview(basket)).toEqual([]);
    organizationId = newId();
    await make({ ...terms, code: undefined });
    expect(await off(family(organizationId))).toEqual([expected]);
  });

  it.each<[string, string, Terms, Partial<Basket>]>([
    ['NOT_STARTED', 'is valid from', { startsAt: inHours(1) }, {}],
    ['ENDED', 'no longer valid', { endsAt: inHours(0) }, {}],
    ['MINIMUM', 'at least £25.01', { minimumMinor: 2501, currency: 'GBP' }, {}],
    ['MINIMUM', 'at least £20.01', { minimumMinor: 2001, currency: 'GBP', tierIds: [ADULT] }, {}],
    ['MINIMUM', 'at least 4 places', { minimumPlaces: 4 }, {}],
    ['MINIMUM', 'at least 4 places', { kind: PromoKind.N_FOR_M, takePlaces: 4, payPlaces: 3 }, {}],
    ['AUDIENCE', 'Log in', { audience: PromoAudience.ACCOUNTS }, {}],
    ['AUDIENCE', 'first order', { audience: PromoAudience.NEW_CUSTOMERS }, {}],
    ['AUDIENCE', 'first order', { audience: PromoAudience.NEW_CUSTOMERS }, { isNewCustomer: false }],
    ['NOT_FOR_THESE', 'not valid for these', { bookableIds: [ELSEWHERE] }, {}],
    ['NOT_FOR_THESE', 'not valid for these', { tierIds: [HIDDEN] }, {}],
    ['NOT_FOR_THESE', 'not valid for these', { bookableIds: [ELSEWHERE], tierIds: [ADULT] }, {}],
    ['NOT_FOR_THESE', 'not valid for these', { kind: PromoKind.FIXED, amountMinor: 1, currency: 'EUR' }, {}],
    [
      'NOT_FOR_THESE',
      'nothing off',
      { percentBps: 1, kind: PromoKind.PERCENT },
      { places: [{ tierId: ADULT, priceMinor: 9 }] },
    ],
    ['TOO_MANY', 'at most 1 such', { unlockedTierIds: [ADULT], mostPlacesPerOrder: 1 }, {}],
    ['SPENT', 'only 1 places left', { unlockedTierIds: [ADULT], mostPlaces: 1 }, {}],
  ])('refuses a code: %s, %s', async (reason, message, terms, changes) => {
    await make(terms);
    const refused = promos.preview(family(organizationId, changes), 'TENTH');
    await expect(refused).rejects.toMatchObject({ reason, message: expect.stringContaining(message) as string });
    // What is given by itself is left out instead.
    if (terms?.unlockedTierIds) return;
    await make({ ...terms, code: undefined });
    expect(await promos.preview(family(organizationId, changes))).toEqual([]);
  });

  it.each<[string, Terms]>([
    ['by uses', { mostUses: 1 }],
    ['by places', { mostPlaces: 3 }],
    ['by budget', { budgetMinor: 250, currency: 'GBP' }],
  ])('refuses what is spent: %s', async (_, terms) => {
    await make(terms);
    await claimed(application, family(organizationId), 'TENTH');
    await expect(promos.preview(family(organizationId), 'TENTH')).rejects.toMatchObject({ reason: 'SPENT' });
  });

  it('gives what is left of places and budget, the cheapest first', async () => {
    await make({ mostPlaces: 4, budgetMinor: 290, currency: 'GBP' });
    await claimed(application, family(organizationId), 'TENTH');
    expect(await off(family(organizationId), 'TENTH')).toEqual([[0, 0, 40]]);
  });

  it('refuses who has used it, by account or by address, however it is written', async () => {
    await make({ mostUsesPerCustomer: 1 });
    const [account, guest] = [
      { userId: newId(), email: 'A@holdfast.test' },
      { userId: null, email: 'b@holdfast.test' },
    ];
    for (const customer of [account, guest]) {
      await claimed(application, family(organizationId, { customer }), 'TENTH');
      const again = { ...customer, email: ` ${customer.email.toUpperCase()}` };
      await expect(promos.preview(family(organizationId, { customer: again }), 'TENTH')).rejects.toMatchObject({
        reason: 'ALREADY_USED',
      });
    }
    const nobodyYet = { userId: null, email: null };
    expect(await off(family(organizationId, { customer: nobodyYet }), 'TENTH')).toHaveLength(1);
    const customers = await application.database.query(`SELECT 1 FROM promo_uses WHERE customer ILIKE '%b@%'`);
    expect(customers).toEqual([]);
  });

  it('is for accounts and for new customers when they are', async () => {
    await make({ audience: PromoAudience.ACCOUNTS });
    await make({ code: 'FIRST', audience: PromoAudience.NEW_CUSTOMERS });
    const account = { userId: newId(), email: null };
    expect(await off(family(organizationId, { customer: account }), 'TENTH')).toHaveLength(1);
    const newcomer = family(organizationId, { customer: account, isNewCustomer: true });
    expect(await off(newcomer, 'FIRST')).toHaveLength(1);
    // Until the first order is paid the account is still new: one use for each is the limit that nobody set.
    await claimed(application, newcomer, 'FIRST');
    await expect(off(newcomer, 'FIRST')).rejects.toMatchObject({ reason: 'ALREADY_USED' });
  });

  it('is valid from the first moment to the last', async () => {
    await make({ startsAt: inHours(0), endsAt: new Date(clock.now().getTime() + 1) });
    expect(await off(family(organizationId), 'TENTH')).toHaveLength(1);
  });

  it.each(['WRONG', '', ' ', 'TE', 'a\0b', '🎟️', "'; DROP TABLE promos; --", 'x'.repeat(100_000), 'FOREIGN'])(
    'knows no code %j, and does not say whether another organization has it',
    async (code) => {
      const foreign = newId();
      await promoOf(application, foreign, { code: 'FOREIGN' });
      await make();
      const answers = await Promise.all(
        [() => promos.preview(family(organizationId), code), () => promos.unlockedTiers(organizationId, code)].map(
          (ask) => ask().catch((refusal: object) => ({ name: refusal.constructor.name, ...refusal })),
        ),
      );
      const unknown = { name: 'PromoCodeUnknown', message: expect.stringContaining('not known here') as string };
      expect(answers).toEqual([unknown, unknown]);
    },
  );

  it('gives what comes by itself first, the oldest first, then the code from what is left', async () => {
    await make({ code: undefined, kind: PromoKind.N_FOR_M, takePlaces: 3, payPlaces: 2 });
    await make({ code: undefined, kind: PromoKind.FIXED_PER_PLACE, amountMinor: 300, currency: 'GBP' });
    await make();
    expect(await off(family(organizationId), 'TENTH')).toEqual([
      [0, 0, 500],
      [300, 300, 0],
      [70, 70, 0],
    ]);
    await make({ code: 'ALL', kind: PromoKind.PERCENT, percentBps: 10_000 });
    await make({ code: undefined, kind: PromoKind.PERCENT, percentBps: 10_000 });
    // Nothing is left for the code.
    await expect(off(family(organizationId), 'ALL')).rejects.toMatchObject({ reason: 'NOT_FOR_THESE' });
  });

  it('has no discount of nothing, unless the code unlocks the tier', async () => {
    await make({ percentBps: 0, kind: PromoKind.PERCENT, unlockedTierIds: [HIDDEN] });
    await expect(off(family(organizationId), 'TENTH')).rejects.toMatchObject({ reason: 'NOT_FOR_THESE' });
    const places = [HIDDEN, ADULT].map((tierId) => ({ tierId, priceMinor: 1000 }));
    expect(await promos.preview(family(organizationId, { places }), 'TENTH')).toMatchObject([
      { amountMinor: 0, perPlace: [0, 0], covered: [true, false] },
    ]);
  });

  it('unlocks tiers while it is valid', async () => {
    const { id } = await make({ unlockedTierIds: [HIDDEN], mostUses: 1, endsAt: inHours(1) });
    const unlocked = async (): Promise<string[]> => await promos.unlockedTiers(organizationId, 'tenth');
    expect(await unlocked()).toEqual([HIDDEN]);
    const { orderId } = await claimed(application, family(organizationId), 'TENTH');
    await expect(unlocked()).rejects.toMatchObject({ reason: 'SPENT' });
    await application.database.transaction(() => promos.giveBack(orderId));
    expect(await unlocked()).toEqual([HIDDEN]);
    await application.get(PromoOffersService).deactivate(id);
    await expect(unlocked()).rejects.toMatchObject({ reason: 'ENDED' });
  });
});
