import { newId } from '#kernel';
import { Auditor } from '#platform';
import { PromoOffersService, PromosService } from '#promos';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Operator, operator } from '../support/fixtures.js';
import { CREATE_PROMO, DEACTIVATE_PROMO, UPDATE_PROMO } from '../support/mutations.js';
import { basketOf, claimed } from '../support/promos.js';

const [A, B, C, D] = Array.from({ length: 4 }, newId).toSorted() as [string, string, string, string];

const TENTH = { code: 'Tenth', name: 'A promo', kind: 'PERCENT', percentBps: 1000 };

describe('organisers and their promos', () => {
  let application: TestApplication;
  let both: Operator;
  let company: Operator;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
    both = await operator(application);
  });
  beforeEach(async () => {
    company = both;
    for (const table of ['promo_shares', 'promo_uses', 'promo_customers', 'promos'])
      await application.database.query(`DELETE FROM ${table}`);
  });
  afterAll(async () => {
    await application.close();
  });

  type Answer = { __typename: string; id: string; message?: string } & Record<string, unknown>;
  const FIELDS = `... on Refusal { message } ... on Promo { id code name kind percentBps amountMinor takePlaces payPlaces currency active startsAt endsAt mostUses
      mostUsesPerCustomer mostPlaces budgetMinor minimumMinor minimumPlaces mostPlacesPerOrder audience uses placesUsed
      budgetUsedMinor bookableIds tierIds unlockedTierIds }`;
  const withFields = (mutation: string, more = ''): string =>
    mutation.replace('{ __typename }', `{ __typename ${FIELDS} ${more} }`);
  const create = async (input: object): Promise<Answer> =>
    (
      await company.organiser.client.ask<{ createPromo: Answer }>(withFields(CREATE_PROMO), {
        organizationId: company.organization.id,
        input: { ...TENTH, ...input },
      })
    ).createPromo;
  const update = async (id: string, input: object): Promise<Answer> => {
    const query = withFields(UPDATE_PROMO, '... on PromoLimitTooLow { limit used }');
    return (await company.organiser.client.ask<{ updatePromo: Answer }>(query, { id, input })).updatePromo;
  };
  const list = async (args = ''): Promise<Answer[]> =>
    (
      await company.organiser.client.ask<{ promos: Answer[] }>(
        `query ($id: ID!) { promos(organizationId: $id${args}) { id code active uses placesUsed budgetUsedMinor } }`,
        { id: company.organization.id },
      )
    ).promos;
  /** The code of the error, and the fields that it names. */
  const failure = async (query: string, variables: object): Promise<[code?: string, ...fields: string[]]> => {
    const answer = await company.organiser.client.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { errors = [] } = (await answer.json()) as {
      errors?: { extensions: { code: string; fields?: Record<string, string[]> } }[];
    };
    return [errors[0]?.extensions.code, ...Object.keys(errors[0]?.extensions.fields ?? {})];
  };

  it('make them of every kind, with every limit', async () => {
    const limits = {
      startsAt: '2030-01-01T00:00:00.000Z',
      endsAt: '2031-01-01T00:00:00.000Z',
      mostUses: 1,
      mostUsesPerCustomer: 2,
      mostPlaces: 3,
      budgetMinor: 4_000_000_000,
      minimumMinor: 5,
      minimumPlaces: 6,
      mostPlacesPerOrder: 7,
      audience: 'ACCOUNTS',
      currency: 'GBP',
      bookableIds: [A, B],
      tierIds: [C],
      unlockedTierIds: [D],
    };
    const nothing = { percentBps: null, amountMinor: null, takePlaces: null, payPlaces: null };
    const counters = { uses: 0, placesUsed: 0, budgetUsedMinor: 0 };
    for (const [code, kind, value] of [
      ['ONE', 'PERCENT', { percentBps: 10_000 }],
      ['TWO', 'FIXED', { amountMinor: 1 }],
      ['THREE', 'FIXED_PER_PLACE', { amountMinor: 40_000_000 }],
      ['FOUR', 'N_FOR_M', { takePlaces: 3, payPlaces: 2 }],
    ] as const) {
      const input = { code, kind, percentBps: null, ...value, ...limits };
      expect(await create(input)).toMatchObject({
        __typename: 'Promo',
        active: true,
        name: 'A promo',
        ...limits,
        ...nothing,
        ...counters,
        code,
        kind,
        ...value,
      });
    }
    expect((await list()).map(({ code }) => code)).toEqual(['ONE', 'TWO', 'THREE', 'FOUR']);
    const [first, second] = await list(', first: 2');
    expect((await list(`, first: 1, after: "${first!.id}"`)).map(({ id }) => id)).toEqual([second!.id]);
  });

  it.each<[object, string]>([
    [{ percentBps: 10_001 }, 'percentBps'],
    [{ percentBps: -1 }, 'percentBps'],
    [{ percentBps: 0 }, 'percentBps'],
    [{ percentBps: null }, 'percentBps'],
    [{ amountMinor: 100, currency: 'GBP' }, 'amountMinor'],
    [{ kind: 'FIXED', currency: 'GBP' }, 'percentBps'],
    [{ kind: 'FIXED', percentBps: null, currency: 'GBP' }, 'amountMinor'],
    [{ kind: 'FIXED', percentBps: null, amountMinor: 100 }, 'currency'],
    [{ kind: 'FIXED', percentBps: null, amountMinor: 0, currency: 'GBP' }, 'amountMinor'],
    [{ kind: 'N_FOR_M', percentBps: null, takePlaces: 2, payPlaces: 2 }, 'payPlaces'],
    [{ kind: 'N_FOR_M', percentBps: null, takePlaces: 2, payPlaces: 0 }, 'payPlaces'],
    [{ kind: 'N_FOR_M', percentBps: null, takePlaces: 2 }, 'payPlaces'],
    [{ kind: 'N_FOR_M', percentBps: null, payPlaces: 2 }, 'takePlaces'],
    [{ currency: 'gbp' }, 'currency'],
    [{ budgetMinor: 100 }, 'currency'],
    [{ budgetMinor: 1.5, currency: 'GBP' }, 'budgetMinor'],
    [{ minimumMinor: 100 }, 'currency'],
    [{ startsAt: '2030-01-02T00:00:00Z', endsAt: '2030-01-02T00:00:00Z' }, 'endsAt'],
    [{ mostUses: 0 }, 'mostUses'],
    [{ mostUsesPerCustomer: 0 }, 'mostUsesPerCustomer'],
    [{ mostPlaces: 0 }, 'mostPlaces'],
    [{ minimumPlaces: 0 }, 'minimumPlaces'],
    [{ mostPlacesPerOrder: 0 }, 'mostPlacesPerOrder'],
    [{ code: 'AB' }, 'code'],
    [{ code: 'A B C' }, 'code'],
    [{ code: 'Ä-LA-CARTE' }, 'code'],
    [{ name: '' }, 'name'],
    [{ code: null, unlockedTierIds: [A] }, 'unlockedTierIds'],
    [{ tierIds: ['x'] }, 'tierIds'],
  ])('are told which field is wrong: %j', async (input, field) => {
    const variables = { organizationId: company.organization.id, input: { ...TENTH, ...input } };
    expect(await failure(CREATE_PROMO, variables)).toEqual(['BAD_USER_INPUT', field]);
    expect(await list()).toEqual([]);
  });

  it('have each code once, however it is written; another organization may have it too', async () => {
    const again = { __typename: 'PromoCodeTaken', message: expect.stringContaining('TENTH') as string };
    expect(await create({})).toMatchObject({ code: 'TENTH' });
    expect(await create({ code: 'tEnTh' })).toMatchObject(again);
    const rivals = await Promise.all(Array.from({ length: 10 }, () => create({ code: 'RUSH' })));
    expect(rivals.filter(({ __typename }) => __typename === 'Promo')).toHaveLength(1);
    expect(await list()).toHaveLength(2);
    company = { ...company, organization: company.foreign.organization, organiser: company.foreign.organiser };
    expect(await create({})).toMatchObject({ code: 'TENTH' });
    const automatic = [await create({ code: null }), await create({ code: null })];
    expect(automatic.map(({ code }) => code)).toEqual([null, null]);
  });

  it('change what is given, take limits away, and leave the rest', async () => {
    const { id } = await create({ mostUses: 5, endsAt: '2031-01-01T00:00:00Z', bookableIds: [A], currency: 'GBP' });
    expect(await update(id, { name: 'Better', mostUses: 6, budgetMinor: 100 })).toMatchObject({
      name: 'Better',
      mostUses: 6,
      budgetMinor: 100,
      endsAt: '2031-01-01T00:00:00.000Z',
      bookableIds: [A],
      percentBps: 1000,
    });
    const changed = await update(id, { clear: ['MOST_USES', 'ENDS_AT', 'BUDGET'], bookableIds: [], tierIds: [B, B] });
    expect(changed).toMatchObject({ mostUses: null, endsAt: null, budgetMinor: null, bookableIds: [], tierIds: [B] });
    expect(await update(id, { audience: 'NEW_CUSTOMERS' })).toMatchObject({ mostUsesPerCustomer: 1 });
    const backwards = { startsAt: '2030-01-02T00:00:00Z', endsAt: '2030-01-01T00:00:00Z' };
    expect(await failure(UPDATE_PROMO, { id, input: backwards })).toEqual(['BAD_USER_INPUT', 'endsAt']);
    expect(await failure(UPDATE_PROMO, { id: newId(), input: { name: 'X' } })).toEqual(['NOT_FOUND']);
  });

  it('cannot allow less than is used, and see what is used', async () => {
    const { id } = await create({
      mostUses: 9,
      mostPlaces: 9,
      budgetMinor: 900,
      mostUsesPerCustomer: 9,
      currency: 'GBP',
    });
    const customer = { userId: newId(), email: null };
    const basket = basketOf(company.organization.id, { prices: [1000, 500], customer });
    const orders = [await claimed(application, basket, 'TENTH'), await claimed(application, basket, 'TENTH')];
    expect(await list()).toMatchObject([{ uses: 2, placesUsed: 4, budgetUsedMinor: 300 }]);
    for (const [limit, used] of [
      ['mostUses', 2],
      ['mostPlaces', 4],
      ['budgetMinor', 300],
      ['mostUsesPerCustomer', 2],
    ] as const) {
      expect(await update(id, { [limit]: used - 1 })).toMatchObject({ __typename: 'PromoLimitTooLow', limit, used });
      expect(await update(id, { [limit]: used })).toMatchObject({ __typename: 'Promo', [limit]: used });
    }
    await application.database.transaction(() => application.get(PromosService).giveBack(orders[0]!.orderId));
    expect(await update(id, { mostUses: 1 })).toMatchObject({ mostUses: 1, uses: 1 });
    expect(await application.get(Auditor).run()).toEqual([]);
  });

  it('lower a limit while others claim: never below what is used', async () => {
    const { id } = await create({ mostUses: 40 });
    const lower = async (mostUses: number): Promise<unknown> =>
      await application
        .get(PromoOffersService)
        .update(id, { mostUses })
        .catch((refusal: object) => refusal);
    await Promise.all(
      Array.from({ length: 20 }, async (_, rival) => {
        if (rival % 2) return await lower(20 - rival);
        return await claimed(application, basketOf(company.organization.id), 'TENTH').catch(() => undefined);
      }),
    );
    const [{ uses, most } = { uses: 0, most: 0 }] = await application.database.query<{ uses: number; most: number }>(
      `SELECT uses, most_uses AS most FROM promos WHERE id = $1`,
      [id],
    );
    expect(uses).toBeLessThanOrEqual(most);
    expect(await application.get(Auditor).run()).toEqual([]);
  });

  it('end them: orders keep what they have, nobody else gets it, twice is the same', async () => {
    const { id } = await create({});
    const { basket } = await claimed(application, basketOf(company.organization.id), 'TENTH');
    for (let times = 0; times < 2; times += 1) await company.organiser.client.ask(DEACTIVATE_PROMO, { id });
    expect(await list()).toMatchObject([{ active: false, uses: 1 }]);
    await expect(application.get(PromosService).preview(basket, 'TENTH')).rejects.toMatchObject({ reason: 'ENDED' });
    expect(await failure(DEACTIVATE_PROMO, { id: newId() })).toEqual(['NOT_FOUND']);
  });
});
