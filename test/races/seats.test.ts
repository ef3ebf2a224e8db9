import { Auditor } from '#platform';
import type { Client } from '../../apps/cli/src/journey/client.js';
import { type TestApplication, startApplication, startBeside } from '../support/application.js';
import { addPlaces, cancel, generousOrganization, hold } from '../support/booking.js';
import { RIVALS, orCode, rush, tally } from '../support/rivals.js';
import { type Reserved, type Sale, reserve, tripOf } from '../support/sale.js';

/** Rivals come through two applications: two queues, two memories, one database. */
describe('fifty rivals for seats', () => {
  let application: TestApplication;
  let beside: TestApplication;
  let sale: Sale;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
    beside = await startBeside(application);
  });
  beforeEach(async () => {
    sale = await tripOf(application, (await generousOrganization(application)).id);
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
  });
  afterAll(async () => {
    await beside.close();
    await application.close();
  });

  const door = (rival: number): Client => (rival % 2 ? beside : application).client;
  /** What each reservation has according to the cells: `ordinal.leg`. */
  const cells = async (): Promise<Map<string, string[]>> => {
    const rows = await application.database.query<{ holder: string; cells: string[] }>(
      `SELECT u.holder, array_agg(c.ordinal || '.' || u.leg - 1 ORDER BY c.ordinal, u.leg) AS cells
       FROM seat_cells c CROSS JOIN unnest(c.holders) WITH ORDINALITY AS u (holder, leg)
       WHERE c.bookable_id = $1 AND u.holder IS NOT NULL GROUP BY u.holder`,
      [sale.bookable.id],
    );
    return new Map(rows.map(({ holder, cells }) => [holder, cells]));
  };
  const asCells = (labels: string[], from = 0, to = 3): string[] =>
    labels
      .map((label) => sale.seat(label).ordinal)
      .toSorted((a, b) => a - b)
      .flatMap((ordinal) => Array.from({ length: to - from }, (_, leg) => `${ordinal}.${from + leg}`));

  it('for one seat: one gets it', async () => {
    const outcomes = await rush((rival) => reserve(door(rival), sale, ['1A']));
    expect(tally(outcomes)).toEqual({ ReservationOpened: 1, SeatTaken: RIVALS - 1 });
  });

  it('for a seat that another passenger gave back just now: one gets it', async () => {
    for (const label of ['4A', '4B', '4C', '4D', '5A']) {
      const first = await reserve(application.client, sale, [label]);
      const [outcomes] = await Promise.all([
        rush((rival) => reserve(door(rival), sale, [label])),
        cancel(application.client, first),
      ]);
      const opened = outcomes.filter(({ __typename }) => __typename === 'ReservationOpened') as Reserved[];
      expect(opened.length).toBeLessThanOrEqual(1);
      const holders = [...(await cells())].filter(([, taken]) => taken[0] === asCells([label])[0]);
      expect(holders.map(([holder]) => holder)).toEqual(opened.map(({ reservation }) => reservation!.id));
    }
  });

  it('for legs that overlap: every leg has one holder, and those who won have what they asked for', async () => {
    const journeys = [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ] as const;
    const journey = (rival: number): readonly [number, number] => journeys[rival % journeys.length]!;
    const outcomes = await rush((rival) => {
      const [from, to] = journey(rival);
      return reserve(door(rival), sale, ['1A'], { from, to });
    });
    expect(Object.keys(tally(outcomes)).toSorted()).toEqual(['ReservationOpened', 'SeatTaken']);
    const won = outcomes.flatMap((outcome, rival) =>
      outcome.__typename === 'ReservationOpened'
        ? [[(outcome as Reserved).reservation!.id, asCells(['1A'], ...journey(rival))] as const]
        : [],
    );
    expect(await cells()).toEqual(new Map(won));
    // Whoever lost lost to somebody: no leg was left free while it was refused.
    expect(won.flatMap(([, taken]) => taken)).toHaveLength(3);
  });

  it('for pairs and triples in any order, held and added at the same time: all or nothing, no deadlock, no error', async () => {
    const wanted = ['2A', '2B', '2C', '2D', '3A', '3B'];
    const choice = (rival: number): string[] =>
      Array.from({ length: 2 + (rival % 2) }, (_, index) => wanted[(rival * 5 + index * (rival % 4 ? 1 : 5)) % 6]!);
    const choices = Array.from({ length: RIVALS }, (_, rival) => [...new Set(choice(rival))]);
    // Every other rival has a reservation with a seat of its own already, and wants more.
    const own = await Promise.all(
      choices.map(async (_, rival) =>
        rival % 2 ? await reserve(door(rival), sale, [sale.seats[20 + Math.floor(rival / 2)]!.label]) : undefined,
      ),
    );
    const outcomes = await rush(async (rival) => {
      const seats = choices[rival]!.map((label) => ({ seatId: sale.seat(label).id }));
      const mine = own[rival];
      return mine
        ? await addPlaces(door(rival), mine, { seats })
        : await hold(door(rival), sale, { seats, from: 0, to: 3 });
    });
    const counts = tally(outcomes);
    expect(Object.keys(counts).every((name) => ['ReservationOpened', 'Reservation', 'SeatTaken'].includes(name))).toBe(
      true,
    );
    expect((counts['ReservationOpened'] ?? 0) + (counts['Reservation'] ?? 0)).toBeGreaterThan(0);
    const holders = await cells();
    for (const [rival, { __typename }] of outcomes.entries()) {
      const mine = own[rival];
      const id = mine?.reservation?.id ?? (outcomes[rival] as Reserved).reservation?.id;
      const kept = mine ? [sale.seats[20 + Math.floor(rival / 2)]!.label] : [];
      const got = __typename === 'SeatTaken' ? kept : [...kept, ...choices[rival]!];
      expect(id === undefined ? [] : (holders.get(id) ?? [])).toEqual(asCells(got));
    }
  });

  it('who crowd different trips at once: nobody waits for a deadlock', async () => {
    const other = await tripOf(application, sale.organizationId);
    const outcomes = await rush(async (rival) => {
      const trip = rival % 3 ? sale : other;
      const mine = await reserve(door(rival), trip, [trip.seats[rival % 5]!.label]);
      return mine.reservation
        ? await orCode(addPlaces(door(rival), mine, { seats: [{ seatId: trip.seats[(rival + 1) % 7]!.id }] }))
        : mine;
    });
    expect(Object.keys(tally(outcomes)).filter((name) => !['Reservation', 'SeatTaken'].includes(name))).toEqual([]);
  });
});
