import { Attempts } from '#platform';
import { RedisCommands } from '../../libs/platform/src/redis/redis-commands.js';
import type { Client } from '../../apps/cli/src/journey/client.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { account } from '../support/fixtures.js';
import { promoOf } from '../support/promos.js';
import { type Reserved, type Sale, reserve, saleOfTrip } from '../support/sale.js';

const MOST = 10;
const RIVALS = 50;

describe('guessing of promo codes', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let sale: Sale;
  let mine: Reserved;
  beforeAll(async () => {
    application = await startApplication({}, clock);
  });
  // What was counted was counted for codes of one organization.
  beforeEach(async () => {
    sale = await saleOfTrip(application);
    await promoOf(application, sale.organizationId);
    mine = await reserve(application.client, sale, ['1A']);
  });
  afterAll(async () => {
    await application.close();
  });

  interface Answer {
    data?: Record<string, { __typename: string }> | null;
    errors?: { message: string; extensions: { code: string; retryAfterSeconds?: number } }[];
  }
  async function ask(query: string, input: object, client: Client = application.client): Promise<Answer> {
    const { accessToken } = client;
    const response = await fetch(`${application.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
      body: JSON.stringify({ query, variables: { input } }),
    });
    return (await response.json()) as Answer;
  }
  const nameOf = ({ data, errors }: Answer): string =>
    errors?.[0]?.extensions.code ?? Object.values(data ?? {})[0]!.__typename;
  const QUOTE = 'mutation ($input: QuoteInput!) { quote(input: $input) { __typename } }';
  const wish = (promoCode: string | undefined, { reservation, sessionToken }: Reserved): object => ({
    reservationId: reservation!.id,
    sessionToken,
    promoCode,
  });
  /** Again when it is told to ask again, as clients do. */
  const quote = async (promoCode?: string, reserved = mine, client?: Client): Promise<string> => {
    const name = nameOf(await ask(QUOTE, wish(promoCode, reserved), client));
    return name === 'BUSY' ? await quote(promoCode, reserved, client) : name;
  };
  async function guess(times: number, reserved = mine, client?: Client): Promise<void> {
    for (let time = 0; time < times; time += 1)
      expect(await quote(`GUESS-${time}`, reserved, client)).toBe('PromoCodeUnknown');
  }
  const tally = (names: string[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  };
  const atOnce = async (codeOf: (index: number) => string): Promise<Record<string, number>> =>
    tally(await Promise.all(Array.from({ length: RIVALS }, (_, index) => quote(codeOf(index)))));

  it('ends after ten wrong ones, for some minutes, and says for how long', async () => {
    await guess(MOST - 1);
    // Right ones count for nothing, however many.
    for (let time = 0; time < MOST + 5; time += 1) expect(await quote('tenth')).toBe('Quote');
    await guess(1);
    const refused = await ask(QUOTE, wish('TENTH', mine));
    expect(refused.errors![0]).toMatchObject({
      message: expect.stringContaining('Try again in 10 min') as string,
      extensions: { code: 'RATE_LIMITED' },
    });
    const { retryAfterSeconds } = refused.errors![0]!.extensions;
    expect(retryAfterSeconds).toBeGreaterThan(570);
    expect(retryAfterSeconds).toBeLessThanOrEqual(600);
    expect(await quote()).toBe('Quote');
    clock.advance(9);
    expect(await quote('TENTH')).toBe('RATE_LIMITED');
    clock.advance(1.1);
    const again = await reserve(application.client, sale, ['1B']);
    expect(await quote('TENTH', again)).toBe('Quote');
    await guess(MOST, again);
    expect(await quote('TENTH', again)).toBe('RATE_LIMITED');
  });

  it('is counted together, wherever a code can be named', async () => {
    const seats = [{ seatId: sale.seat('2A').id }];
    const { reservation, sessionToken } = mine;
    const contact = { name: 'Somebody', email: 'somebody@holdfast.test' };
    const ways: [query: string, input: object][] = [
      [QUOTE, wish('WRONG', mine)],
      [
        'mutation ($input: ReserveInput!) { reserve(input: $input) { __typename } }',
        { bookableId: sale.bookable.id, from: 0, to: 3, seats, promoCode: 'WRONG' },
      ],
      [
        'mutation ($input: AddPlacesInput!) { addPlaces(input: $input) { __typename } }',
        { reservationId: reservation!.id, sessionToken, seats, promoCode: 'WRONG' },
      ],
      [
        'mutation ($input: CheckOutInput!) { checkOut(input: $input) { __typename } }',
        { reservationId: reservation!.id, sessionToken, contact, promoCode: 'WRONG' },
      ],
    ];
    const names: string[] = [];
    for (let round = 0; round < 3; round += 1)
      for (const [query, input] of ways) names.push(nameOf(await ask(query, input)));
    expect(names).toEqual([
      ...Array.from({ length: MOST }, () => 'PromoCodeUnknown'),
      ...Array.from({ length: 2 }, () => 'RATE_LIMITED'),
    ]);
  });

  it('is counted for each account, for each address, and for each organization', async () => {
    const [one, other] = [await account(application), await account(application)];
    const held = await reserve(one.client, sale, ['3A']);
    await guess(MOST, held, one.client);
    expect(await quote('TENTH', held, one.client)).toBe('RATE_LIMITED');
    expect(await quote('TENTH', await reserve(other.client, sale, ['3B']), other.client)).toBe('Quote');
    expect(await quote('TENTH')).toBe('Quote');
    const elsewhere = await saleOfTrip(application);
    await promoOf(application, elsewhere.organizationId);
    expect(await quote('TENTH', await reserve(one.client, elsewhere, ['1A']), one.client)).toBe('Quote');
  });

  it('does not go further when fifty guess at once', async () => {
    expect(await atOnce((index) => `GUESS-${index}`)).toEqual({ PromoCodeUnknown: MOST, RATE_LIMITED: RIVALS - MOST });
  });

  it('and would, if nothing counted: the limit is what holds', async () => {
    const attempts = application.get(Attempts);
    const guarded = attempts.limited.bind(attempts);
    attempts.limited = async (_key, _patience, work) => await work();
    try {
      expect(await atOnce((index) => `GUESS-${index}`)).toEqual({ PromoCodeUnknown: RIVALS });
    } finally {
      attempts.limited = guarded;
    }
  });

  it('keeps nobody out who knows the code, however many come from one address', async () => {
    expect(await atOnce(() => 'TENTH')).toEqual({ Quote: RIVALS });
    await guess(5);
    expect(await atOnce(() => 'TENTH')).toEqual({ Quote: RIVALS });
  });

  it('is not limited while Redis does not answer, and codes are good all the same', async () => {
    const { client } = application.get(RedisCommands);
    const answering = client.eval.bind(client);
    Object.assign(client, { eval: async () => await new Promise(() => undefined) });
    try {
      expect(await quote('TENTH')).toBe('Quote');
      await guess(1);
    } finally {
      Object.assign(client, { eval: answering });
    }
  });

  it('asks nothing of Redis for an order without a code', async () => {
    const { client } = application.get(RedisCommands);
    const answering = client.eval.bind(client);
    let asked = 0;
    Object.assign(client, {
      eval: async (...given: Parameters<typeof answering>) => {
        asked += 1;
        return await answering(...given);
      },
    });
    try {
      await quote();
      expect(asked).toBe(0);
      await quote('TENTH');
      expect(asked).toBe(2);
    } finally {
      Object.assign(client, { eval: answering });
    }
  });
});
