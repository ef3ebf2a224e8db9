import { Auditor } from '#platform';
import type { Principal } from '#identity';
import { PaymentLocks } from '#payments';
import { PromoKind, PromosService } from '#promos';
import { BookingSessionService, CheckOutService, Locks, ReleasesService } from '#reservations';
import { CancellationsService } from '#tickets';
import { ExchangesService } from '../../libs/tickets/src/exchanges.service.js';
import { type TestApplication, startApplication, startBeside } from '../support/application.js';
import { type Hall, generousOrganization, hallOf } from '../support/booking.js';
import { circlesSoFar } from '../support/circles.js';
import { MovedClock } from '../support/clock.js';
import { type Account, account, placeOrder } from '../support/fixtures.js';
import { promoOf } from '../support/promos.js';
import { meetingOf, waitAt } from '../support/rivals.js';
import { type Bought, reserve } from '../support/sale.js';
import { Till } from '../support/till.js';

const EVENT = { from: 0, to: 1 };
const EACH = 20;

/**
 * What once met in a circle: one transaction had what the other wanted, until PostgreSQL ended one of them. It is tried
 * again, so nothing but the count shows it.
 */
describe('nobody waits in a circle', () => {
  const clock = new MovedClock();
  let applications: [TestApplication, TestApplication];
  let passenger: Account;
  let principal: Principal;
  let organizationId: string;
  let halls: [Hall, Hall];
  beforeAll(async () => {
    const first = await startApplication({ ROLE: 'api' }, clock);
    applications = [first, await startBeside(first, clock)];
    passenger = await account(first);
    principal = { userId: passenger.userId, isAdmin: false, memberships: [] };
  });
  beforeEach(async () => {
    const [first] = applications;
    ({ id: organizationId } = await generousOrganization(first));
    const hall = async (): Promise<Hall> => await hallOf(first, organizationId, { seats: 3 * EACH });
    halls = [await hall(), await hall()];
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    expect(await applications[0].get(Auditor).run()).toEqual([]);
    for (const application of applications.toReversed()) await application.close();
  });

  /** Seats of a hall, the first ones or those after so many. */
  const held = async (hall: Hall, after = 0): Promise<string[]> =>
    await Promise.all(
      hall.seats
        .slice(after, after + EACH)
        .map(async ({ label }) => (await reserve(passenger.client, hall, [label], EVENT)).reservation!.id),
    );
  const placed = async (hall: Hall, after = 0): Promise<Bought[]> =>
    await Promise.all(
      (await held(hall, after)).map(async (id) => {
        const reservation = { id, state: 'ACTIVE', secondsLeft: 900 };
        return await placeOrder(passenger, { __typename: 'ReservationOpened', reservation });
      }),
    );
  const sold = async (hall: Hall, after = 0): Promise<Bought[]> => {
    const orders = await placed(hall, after);
    await Promise.all(orders.map(async ({ id, payment }) => payment && (await new Till(applications[0]).pay(id))));
    return orders;
  };
  const reservationOf = async ({ id }: Bought): Promise<string> =>
    (
      await applications[0].database.query<{ id: string }>(`SELECT reservation_id AS id FROM orders WHERE id = $1`, [
        id,
      ])
    )[0]!.id;
  const states = async (orders: Bought[]): Promise<string[]> => [
    ...new Set(
      (
        await applications[0].database.query<{ state: string }>(`SELECT state FROM orders WHERE id = ANY($1)`, [
          orders.map(({ id }) => id),
        ])
      ).map(({ state }) => state),
    ),
  ];
  /** All at once. @returns how many circles PostgreSQL had to end */
  const circlesOf = async (...all: (() => Promise<unknown>)[]): Promise<number> => {
    const before = await circlesSoFar();
    const outcomes = await Promise.allSettled(all.map((one) => one()));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    return (await circlesSoFar()) - before;
  };
  const checkOut = async ({ get }: TestApplication, reservationId: string): Promise<unknown> =>
    await get(CheckOutService).checkOut(principal, { reservationId });
  const giveBack = async ({ get }: TestApplication, { tickets }: Bought): Promise<unknown> =>
    await get(CancellationsService).cancel(principal, { ticketIds: tickets.map(({ id }) => id) });
  const exchange = async ({ get }: TestApplication, { tickets }: Bought, reservationId: string): Promise<unknown> =>
    await get(ExchangesService).exchangeTickets(principal, { ticketIds: tickets.map(({ id }) => id), reservationId });

  type Pairs = [(pair: number) => Promise<unknown>, (pair: number) => Promise<unknown>];
  const numbers = Array.from({ length: EACH }, (_, pair) => pair);
  /**
   * Those who meet do not wait in a circle; and one pair does without what keeps them from it, when each of the two has
   * what the other wants before either goes on.
   */
  const meeting = (
    who: string,
    without: string,
    weaken: (bothAreThere: () => Promise<void>) => void,
    pairs: () => Promise<Pairs>,
  ): void =>
    describe(who, () => {
      it('do not', async () => {
        const [one, other] = await pairs();
        for (const pair of numbers.slice(0, EACH / 2))
          expect(
            await circlesOf(
              () => one(pair),
              () => other(pair),
            ),
          ).toBe(0);
        const rest = numbers.slice(EACH / 2);
        expect(await circlesOf(...[one, other].flatMap((all) => rest.map((pair) => () => all(pair))))).toBe(0);
      });

      it(`do when ${without}`, async () => {
        const [one, other] = await pairs();
        weaken(meetingOf(2));
        expect(
          await circlesOf(
            () => one(0),
            () => other(0),
          ),
        ).toBe(1);
      });
    });
  const withoutShared = (): void => {
    for (const { get } of applications) jest.spyOn(get(Locks), 'shared').mockResolvedValue();
  };

  meeting(
    'who pays for an order and who checks it out again',
    'the payment is locked before what it is for',
    (bothAreThere) => {
      const [first, second] = applications;
      jest.spyOn(first.get(PaymentLocks), 'lockReferences').mockResolvedValue();
      waitAt('before', first.get(Locks), 'orders', bothAreThere);
      waitAt('after', second.get(BookingSessionService), 'lock', bothAreThere);
    },
    async () => {
      const [first, second] = applications;
      const orders = await placed(halls[0]);
      const reservations = await Promise.all(orders.map(reservationOf));
      return [
        async (pair) => {
          await new Till(first).pay(orders[pair]!.id);
          expect(await states([orders[pair]!])).toEqual(['PAID']);
        },
        // Whoever comes after the payment is told so.
        async (pair) => await checkOut(second, reservations[pair]!).catch(() => undefined),
      ];
    },
  );

  meeting(
    'who exchanges tickets of two events, in both directions',
    'their inventories are locked as they come',
    (bothAreThere) => {
      withoutShared();
      for (const { get } of applications) waitAt('after', get(ReleasesService), 'releaseSold', bothAreThere);
    },
    async () => {
      const [first, second] = applications;
      const before = [await sold(halls[0]), await sold(halls[1])] as const;
      const wanted = [await held(halls[0], EACH), await held(halls[1], EACH)] as const;
      return [
        async (pair) => await exchange(first, before[0][pair]!, wanted[1][pair]!),
        async (pair) => await exchange(second, before[1][pair]!, wanted[0][pair]!),
      ];
    },
  );

  meeting(
    'who gets a free ticket by a promo and who gives one back',
    'the inventory is locked before the promo',
    (bothAreThere) => {
      const [first, second] = applications;
      withoutShared();
      waitAt('after', first.get(PromosService), 'claim', bothAreThere);
      waitAt('after', second.get(ReleasesService), 'releaseSold', bothAreThere);
    },
    async () => {
      const [first, second] = applications;
      await promoOf(first, organizationId, { code: undefined, kind: PromoKind.PERCENT, percentBps: 10_000 });
      const before = await sold(halls[0]);
      expect(await states(before)).toEqual(['PAID']);
      const wanted = await held(halls[0], EACH);
      return [
        async (pair) => await checkOut(first, wanted[pair]!),
        async (pair) => await giveBack(second, before[pair]!),
      ];
    },
  );

  it('who extends a hold and who checks it out, with one key: one of them has it', async () => {
    const [first, second] = applications;
    const outcomes: PromiseSettledResult<unknown>[] = [];
    const circles = await circlesOf(
      ...(await held(halls[0])).map((reservationId) => async () => {
        const asked = { reservationId, idempotencyKey: 'one-and-the-same' };
        clock.advance(0.01);
        outcomes.push(
          ...(await Promise.allSettled([
            first.get(BookingSessionService).extend(principal, asked),
            second.get(CheckOutService).checkOut(principal, asked),
          ])),
        );
      }),
    );
    expect(circles).toBe(0);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
    expect(refused).toHaveLength(EACH);
    expect(new Set(refused).size).toBe(1);
    expect(refused[0]).toContain('idempotency key');
  });

  it('who pays late and those whose time is up on the same seats: the late ones have them', async () => {
    const [first, second] = applications;
    const late = await placed(halls[0]);
    clock.advance(20);
    await first.get(ReleasesService).expireAll();
    const rivals = await placed(halls[0]);
    clock.advance(20);
    const reservations = await Promise.all(rivals.map(reservationOf));
    const circles = await circlesOf(
      ...late.map(
        ({ id }, index) =>
          async () =>
            await new Till(applications[index % 2]!).pay(id),
      ),
      // They lock what the late ones wait for, and are told that it is over.
      ...reservations.map((id) => async () => await checkOut(second, id).catch(() => undefined)),
      async () => await second.get(ReleasesService).expireAll(),
    );
    expect(circles).toBe(0);
    expect(await states(late)).toEqual(['PAID']);
    expect(await states(rivals)).toEqual(['EXPIRED']);
  });

  it('everybody at once: paying, late and in time, giving back, exchanging, cancelling, a bank, and the sweep', async () => {
    const [first, second] = applications;
    await promoOf(first, organizationId, { code: undefined });
    await promoOf(first, organizationId, { code: undefined });
    const late = await placed(halls[1], 2 * EACH);
    clock.advance(20);
    await first.get(ReleasesService).expireAll();
    const [lost, given, moved] = [await sold(halls[0]), await sold(halls[1]), await sold(halls[0], EACH)];
    const [wanted, paid] = [await held(halls[1], EACH), await placed(halls[0], 2 * EACH)];
    const [cancelled, kept] = [paid.slice(EACH / 2), paid.slice(0, EACH / 2)];
    const of = (index: number): TestApplication => applications[index % 2]!;
    const circles = await circlesOf(
      ...late.map(
        ({ id }, index) =>
          async () =>
            await new Till(of(index)).pay(id),
      ),
      ...kept.map(
        ({ id }, index) =>
          async () =>
            await new Till(of(index + 1)).pay(id),
      ),
      ...given.map((order, index) => async () => await giveBack(of(index), order)),
      ...moved.map((order, index) => async () => await exchange(of(index + 1), order, wanted[index]!)),
      ...cancelled.map((order, index) => async () => {
        await of(index)
          .get(BookingSessionService)
          .cancel(principal, { id: await reservationOf(order) });
      }),
      ...lost.map((order, index) => async () => {
        const till = new Till(of(index));
        const [refunded] = await first.database.query<{ id: string }>(`SELECT id FROM payments WHERE reference = $1`, [
          order.id,
        ]);
        await till.lose(refunded!.id);
      }),
      async () => await second.get(ReleasesService).expireAll(),
    );
    expect(circles).toBe(0);
    expect(await states(kept)).toEqual(['PAID']);
    expect(await states(lost)).toEqual(['CHARGED_BACK']);
    expect(await states(cancelled)).toEqual(['CANCELLED']);
  });
});
