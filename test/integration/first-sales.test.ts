import pg from 'pg';
import { Auditor } from '#platform';
import { Organization, OrganizationsService } from '#catalogue';
import { InventoryOpenings } from '../../libs/reservations/src/inventory/inventory-openings.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { meetingOf } from '../support/rivals.js';
import { type Sale, organization, reserve, tripOf } from '../support/sale.js';

/** A trip that nobody has reserved yet has no inventory, and this process knows nothing of it. */
describe('trips that are sold for the first time', () => {
  let application: TestApplication;
  let trips: Sale[];
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
  });
  beforeEach(async () => {
    const { id } = await organization(application);
    trips = [await tripOf(application, id)];
    trips.push(...(await Promise.all(Array.from({ length: 7 }, () => tripOf(application, id)))));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
    await application.close();
  });

  const sold = async (trip: Sale): Promise<string> => (await reserve(application.client, trip, ['1A'])).__typename;
  const asked = (words: string): (() => number) => {
    const query = jest.spyOn(application.database, 'query');
    return () => query.mock.calls.filter(([sql]) => sql.includes(words)).length;
  };

  it('are opened together when they are wanted together', async () => {
    const openings = asked('INSERT INTO inventories');
    await Promise.all(
      trips.map(async ({ bookable }) => {
        await application.get(InventoryOpenings).open(bookable.id);
      }),
    );
    expect(openings()).toBe(1);
    expect(new Set(await Promise.all(trips.map(sold)))).toEqual(new Set(['ReservationOpened']));
    expect(openings()).toBe(1);
  });

  it('wait for whoever is changing one of them only if it is that one', async () => {
    const [changed, ...others] = trips;
    const importing = new pg.Client(application.env['DATABASE_URL']);
    await importing.connect();
    await importing.query('BEGIN');
    await importing.query(`UPDATE bookables SET title = title WHERE id = $1`, [changed!.bookable.id]);
    let isSold = false;
    const waiting = sold(changed!).finally(() => (isSold = true));
    expect(new Set(await Promise.all(others.map(sold)))).toEqual(new Set(['ReservationOpened']));
    expect(isSold).toBe(false);
    await importing.query('COMMIT');
    await importing.end();
    expect(await waiting).toBe('ReservationOpened');
  });

  describe('are of organizations', () => {
    it('that are read once for all who ask at the same moment', async () => {
      const { id } = await organization(application);
      const repository = jest.spyOn(application.database, 'repository');
      const found = await Promise.all(
        Array.from({ length: 10 }, async () => await application.get(OrganizationsService).get(id)),
      );
      expect(new Set(found.map((one) => one.id))).toEqual(new Set([id]));
      expect(repository.mock.calls.filter(([entity]) => entity === Organization)).toHaveLength(1);
    });

    it('that a transaction sees as it has changed them, and others as they were', async () => {
      const [before, organizations] = [await organization(application), application.get(OrganizationsService)];
      const name = async (): Promise<string> => (await organizations.get(before.id)).name;
      const [changed, read] = [meetingOf(2), meetingOf(2)];
      const seen = application.database.transaction(async () => {
        await application.database.query(`UPDATE organizations SET name = 'Another' WHERE id = $1`, [before.id]);
        await changed();
        const own = await name();
        await read();
        return own;
      });
      await changed();
      expect(await name()).toBe(before.name);
      await read();
      expect(await seen).toBe('Another');
      expect(await name()).toBe('Another');
    });
  });
});
