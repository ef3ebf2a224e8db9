import { newId } from '#kernel';
import { Auditor } from '#platform';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Hall, generousOrganization, hallOf, hold } from '../support/booking.js';
import { RIVALS, rush, tally, weaken } from '../support/rivals.js';
import type { Reserved } from '../support/sale.js';

/**
 * Negative controls: every wall taken down one after the other, in this file's own database. As long as one of them
 * stands nothing is sold twice, though the passengers see errors; when the last is down it happens, and the auditor
 * says so. What the application decides is switched off by what `read_for_holds` tells it.
 */
describe('behind the decision of the application', () => {
  let application: TestApplication;
  let organizationId: string;
  let hall: Hall;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
    ({ id: organizationId } = await generousOrganization(application));
  });
  afterAll(async () => {
    await application.close();
  });

  const breach = async (): Promise<string[]> =>
    (await application.get(Auditor).run()).map(({ invariant }) => invariant);
  const opened = (outcomes: { __typename: string }[]): number => tally(outcomes)['ReservationOpened'] ?? 0;
  /** No refusal that a passenger could act on: the database threw. */
  const errors = ({ length }: unknown[]): Record<string, number> => ({ INTERNAL_SERVER_ERROR: length });

  describe('a seat', () => {
    beforeAll(async () => {
      await weaken(
        application.database,
        'read_for_holds',
        'array_agg(c.legs ORDER BY u.n)',
        `array_agg(repeat('.', length(c.legs)) ORDER BY u.n)`,
      );
    });
    beforeEach(async () => {
      hall = await hallOf(application, organizationId);
      expect((await wanted()).__typename).toBe('ReservationOpened');
    });

    const wanted = (): ReturnType<typeof hold> =>
      hold(application.client, hall, { seats: [{ seatId: hall.seat('1A').id }] });

    it('is defended by the statement that writes', async () => {
      expect(tally(await rush(wanted))).toEqual({ BUSY: RIVALS });
      expect(await breach()).toEqual([]);
    });

    it('is defended by the trigger, when the statement takes what is not free', async () => {
      await weaken(
        application.database,
        'write_holds',
        `AND replace(substr(c.legs, w.f + 1, w.t - w.f), '.', '') = ''`,
        '',
      );
      const outcomes = await rush(wanted);
      expect(tally(outcomes)).toEqual(errors(outcomes));
      expect(await breach()).toEqual([]);
    });

    it('is sold twice when the trigger is gone too, and the auditor says so', async () => {
      await application.database.query(`DROP TRIGGER seat_cells_one_holder ON seat_cells`);
      expect(opened(await rush(wanted))).toBeGreaterThan(0);
      expect(await breach()).toEqual(['seat-held-twice', 'reservation-without-its-seat', 'hold-end-differs']);
      await application.database.query(`DELETE FROM reservations`);
      await application.database.query(`DELETE FROM seat_cells`);
      await application.database.query(`DELETE FROM area_cells`);
      await application.database.query(`DELETE FROM inventories`);
    });
  });

  describe('the last places of an area', () => {
    const wanted = (): ReturnType<typeof hold> =>
      hold(application.client, hall, { areas: [{ areaId: hall.standing.id, count: 1 }] });

    beforeAll(async () => {
      await weaken(
        application.database,
        'read_for_holds',
        `array_to_string(c.taken, ',')`,
        `array_to_string(array_fill(0, ARRAY[cardinality(c.taken)]), ',')`,
      );
    });
    beforeEach(async () => {
      hall = await hallOf(application, organizationId, { capacity: 2 });
      for (let place = 0; place < 2; place += 1) expect((await wanted()).__typename).toBe('ReservationOpened');
    });

    it('are defended by the constraint', async () => {
      expect(opened(await rush(wanted))).toBe(0);
      expect(await breach()).toEqual([]);
    });

    it('are oversold without it, and the auditor says so', async () => {
      await application.database.query(`ALTER TABLE area_cells DROP CONSTRAINT area_cells_within_capacity`);
      expect(opened(await rush(wanted))).toBeGreaterThan(0);
      expect(await breach()).toEqual(['area-over-capacity']);
      await application.database.query(`UPDATE area_cells SET capacity = 1000 WHERE bookable_id = $1`, [
        hall.bookable.id,
      ]);
      await application.database.query(`UPDATE areas SET capacity = 1000 WHERE id = $1`, [hall.standing.id]);
    });
  });

  describe('the last places of a tier', () => {
    let next = 0;
    const wanted = (): ReturnType<typeof hold> =>
      hold(application.client, hall, { seats: [{ seatId: hall.seats[next++]!.id }] });

    beforeAll(async () => {
      await weaken(application.database, 'read_for_holds', 't.quantity - t.taken', 't.quantity');
    });
    beforeEach(async () => {
      next = 0;
      hall = await hallOf(application, organizationId, { tiers: { Early: 2 } });
      for (let place = 0; place < 2; place += 1) expect((await wanted()).__typename).toBe('ReservationOpened');
    });

    it('are defended by the constraint', async () => {
      expect(opened(await rush(wanted))).toBe(0);
      expect(await breach()).toEqual([]);
    });

    it('are oversold without it, and the auditor says so', async () => {
      await application.database.query(`ALTER TABLE tiers DROP CONSTRAINT tiers_taken_within_quantity`);
      expect(opened(await rush(wanted))).toBeGreaterThan(0);
      expect(await breach()).toEqual(['tier-over-quantity']);
      await application.database.query(`UPDATE tiers SET quantity = 1000 WHERE bookable_id = $1`, [hall.bookable.id]);
    });
  });

  describe('a key that was used', () => {
    let idempotencyKey: string;
    const wanted = (): Promise<Reserved & { __typename: string }> =>
      hold(application.client, hall, { areas: [{ areaId: hall.standing.id, count: 1 }], idempotencyKey });

    beforeAll(async () => {
      await weaken(application.database, 'read_for_holds', 'r.request_key = ANY(wanted_keys)', 'false');
    });
    beforeEach(async () => {
      hall = await hallOf(application, organizationId);
      idempotencyKey = newId();
      expect((await wanted()).__typename).toBe('ReservationOpened');
    });

    const reservations = async (): Promise<number> =>
      new Set(((await rush(wanted)) as Reserved[]).map(({ reservation }) => reservation?.id)).size;

    it('is defended by the unique index: all get the first answer', async () => {
      expect(await reservations()).toBe(1);
      expect(await breach()).toEqual([]);
    });

    it('gives more reservations without it, and the auditor says so', async () => {
      await application.database.query(`DROP INDEX reservations_request_key`);
      expect(await reservations()).toBeGreaterThan(1);
      expect(await breach()).toEqual(['request-answered-twice']);
    });
  });
});
