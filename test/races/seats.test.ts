import { newId } from '#kernel';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Sale, reserve, saleOfTrip } from '../support/sale.js';

const RIVALS = 50;

describe('fifty rivals', () => {
  let application: TestApplication;
  let sale: Sale;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api', DATABASE_POOL_SIZE: '20' });
  });
  beforeEach(async () => {
    sale = await saleOfTrip(application);
  });
  afterAll(async () => {
    await application.close();
  });

  const rush = async (ask: (rival: number) => ReturnType<typeof reserve>): Promise<Record<string, number>> => {
    const outcomes = await Promise.all(Array.from({ length: RIVALS }, (_, rival) => ask(rival)));
    return count(outcomes.map(({ __typename }) => __typename));
  };
  const doubleSold = async (): Promise<number> =>
    (
      await application.database.query(
        `SELECT 1 FROM seat_claims a JOIN seat_claims b ON a.id < b.id AND a.bookable_id = b.bookable_id AND a.seat_id = b.seat_id AND a.legs && b.legs WHERE a.bookable_id = $1`,
        [sale.bookable.id],
      )
    ).length;

  it('for one seat: one gets it', async () => {
    expect(await rush(() => reserve(application.client, sale, ['1A']))).toEqual({
      ReservationOpened: 1,
      SeatTaken: RIVALS - 1,
    });
  });

  it('for legs that overlap: no leg is sold twice', async () => {
    const journeys = [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ] as const;
    await rush((rival) => {
      const [from, to] = journeys[rival % journeys.length]!;
      return reserve(application.client, sale, ['1A'], { from, to });
    });
    expect(await doubleSold()).toBe(0);
  });

  it('for pairs of seats in any order: all or nothing, and no deadlock is seen', async () => {
    const labels = ['2A', '2B', '2C', '2D'];
    const outcomes = await rush((rival) =>
      reserve(
        application.client,
        sale,
        [labels[rival % 4]!, labels[(rival * 3 + 1) % 4]!].filter((label, index, all) => all.indexOf(label) === index),
      ),
    );
    expect(Object.keys(outcomes).toSorted()).toEqual(['ReservationOpened', 'SeatTaken']);
    const [alone] = await application.database.query<{ count: string }>(
      `SELECT count(*) FROM reservations r WHERE bookable_id = $1 AND NOT EXISTS (SELECT 1 FROM seat_claims WHERE reservation_id = r.id)`,
      [sale.bookable.id],
    );
    expect(alone!.count).toBe('0');
  });

  it('for an expired seat: one takes it over', async () => {
    await reserve(application.client, sale, ['3A']);
    await application.database.query(
      `UPDATE seat_claims SET expires_at = now() - interval '1 second' WHERE bookable_id = $1`,
      [sale.bookable.id],
    );
    expect(await rush(() => reserve(application.client, sale, ['3A']))).toEqual({
      ReservationOpened: 1,
      SeatTaken: RIVALS - 1,
    });
  });

  it('for the last places of a tier: never more than its quantity', async () => {
    sale = await saleOfTrip(application, { quantity: 7 });
    const outcomes = await rush((rival) => reserve(application.client, sale, [sale.seats[rival % 49]!.label]));
    expect(outcomes['ReservationOpened']).toBe(7);
    expect(await reserve(application.client, sale, ['12A'])).toMatchObject({
      __typename: 'TierSoldOut',
      message: 'Standard is sold out.',
    });
  });

  it('with one idempotency key: one reservation', async () => {
    const idempotencyKey = newId();
    const answers = await Promise.all(
      Array.from({ length: RIVALS }, () => reserve(application.client, sale, ['4A'], { idempotencyKey })),
    );
    expect(new Set(answers.map(({ reservation }) => reservation?.id)).size).toBe(1);
  });

  it('would sell the seat twice without the constraint', async () => {
    await application.database.query(`ALTER TABLE seat_claims DROP CONSTRAINT seat_claims_no_overlap`);
    const outcomes = await rush(() => reserve(application.client, sale, ['5A']));
    expect(outcomes['ReservationOpened']).toBeGreaterThan(1);
    expect(await doubleSold()).toBeGreaterThan(0);
  });
});

function count(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
