import pg from 'pg';
import { DEMO_FEED, type FeedFiles, type GtfsWorld, gtfsWorld, readFeed, tinyFeed } from '../support/gtfs.js';

let world: GtfsWorld;
beforeAll(async () => (world = await gtfsWorld()));
beforeEach(async () => await world.empty());
afterAll(async () => await world.close());

const JANUARY = { from: '2027-01-01', days: 3 };
/** The trip calls at B ten minutes later. */
const DELAYED = { 'stop_times.txt': ['T,08:00:00,08:00:00,A,1', 'T,09:10:00,09:15:00,B,2', 'T,10:00:00,10:00:00,C,3'] };

/** What a first reservation does. */
async function sell(day: string): Promise<void> {
  await world.database.query(
    `UPDATE bookables SET locked_at = now() WHERE id IN (SELECT bookable_id FROM trips WHERE service_date = $1)`,
    [day],
  );
}

interface TripRow {
  id: string;
  state: string;
  price: number | null;
  times: string;
}

async function trip(day: string): Promise<TripRow> {
  const [row] = await world.database.query<TripRow>(
    `SELECT b.id, b.state, (SELECT price_minor FROM tiers WHERE bookable_id = b.id) AS price,
       (SELECT string_agg(to_char(departs_at, 'HH24:MI'), ' ' ORDER BY position) FROM trip_calls WHERE trip_id = b.id) AS times
     FROM bookables b JOIN trips t ON t.bookable_id = b.id WHERE t.service_date = $1`,
    [day],
  );
  return row!;
}

/** The trip made by hand, and the transaction that wrote it. */
async function byHand(): Promise<unknown[]> {
  return await world.database.query(
    `SELECT b.xmin || b::text AS row FROM bookables b JOIN trips ON bookable_id = b.id WHERE external_id IS NULL`,
  );
}

/** Until a statement waits for a lock. */
async function somebodyWaits(observer: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await observer.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
  }
}

async function importTiny(rows: Record<string, string[]> = {}, files: FeedFiles = {}) {
  return await world.importFeed(tinyFeed(rows, files), JANUARY);
}

describe('the same feed again', () => {
  it('leaves every row of every table as it was', async () => {
    await world.importFeed(DEMO_FEED);
    const before = await world.contents();
    const summary = await world.importFeed(DEMO_FEED);
    expect(summary.trips).toEqual({ inserted: 0, updated: 0, unchanged: 539, kept: 0, withdrawn: 0 });
    expect(await world.contents()).toEqual(before);
  });

  it('for later days adds those, and leaves the earlier ones', async () => {
    await world.importFeed(DEMO_FEED, { days: 10 });
    const summary = await world.importFeed(DEMO_FEED, { from: '2026-12-08', days: 10 });
    // 17 daily trips; on Friday the 11th and from Monday on 2 of weekdays, 1 of Fridays
    expect(summary.trips).toMatchObject({ inserted: 7 * 17 + 5 * 2 + 1, unchanged: 3 * 17 + 3 * 2, withdrawn: 0 });
  });

  it('twice at the same time is imported once', async () => {
    const feed = await world.folder(await readFeed());
    const both = await Promise.all([world.importFeed(feed), world.importFeed(feed)]);
    const counts = both.map(({ trips }) => [trips.inserted, trips.unchanged].join(' new, '));
    expect(counts.toSorted()).toEqual(['0 new, 539', '539 new, 0']);
  });
});

describe('a feed that has changed', () => {
  it('changes the trips, which stay the same trips', async () => {
    await importTiny();
    const before = await trip('2027-01-02');
    const summary = await importTiny({
      ...DELAYED,
      'stops.txt': ['A,Ayle Square,57,-4,a', 'B,Beck,56.5,-4,b', 'C,Crag,56,-4,c'],
    });
    expect(summary.trips).toEqual({ inserted: 0, updated: 3, unchanged: 0, kept: 0, withdrawn: 0 });
    expect(await trip('2027-01-02')).toEqual({ ...before, times: '08:00 09:15 10:00' });
    const [{ title } = { title: '' }] = await world.database.query<{ title: string }>(
      `SELECT DISTINCT title FROM bookables`,
    );
    expect(title).toBe('Ayle Square – Crag');
  });

  it('takes calls away and adds them', async () => {
    await importTiny();
    await importTiny({ 'stop_times.txt': ['T,08:00:00,08:00:00,A,1', 'T,10:00:00,10:00:00,C,3'] });
    expect((await trip('2027-01-01')).times).toBe('08:00 10:00');
    await importTiny();
    expect((await trip('2027-01-01')).times).toBe('08:00 09:05 10:00');
    const legs = await world.database.query(`SELECT DISTINCT leg_count FROM bookables`);
    expect(legs).toEqual([{ leg_count: 2 }]);
  });

  it('leaves a sold trip exactly as it was, and says so', async () => {
    await importTiny();
    await sell('2027-01-02');
    const before = await world.contents();
    const sold = await trip('2027-01-02');
    const summary = await world.importFeed(tinyFeed({ ...DELAYED, 'trips.txt': ['R,ALL,T'] }), {
      ...JANUARY,
      layout: 'minibus-16',
      flatFareMinor: 1,
    });
    expect(summary.trips).toEqual({ inserted: 0, updated: 2, unchanged: 0, kept: 1, withdrawn: 0 });
    expect(summary.warnings).toContain(
      '1 sold trip left as sold, though the feed has changed: Ayle – Crag on Sat 2 Jan 2027',
    );
    const after = await world.contents();
    for (const table of ['bookables', 'trips', 'trip_calls', 'tiers']) {
      const rowsOfSold = (contents: Record<string, string[]>) =>
        contents[table]!.filter((row) => row.includes(sold.id));
      expect(rowsOfSold(before).length).toBeGreaterThan(0);
      expect(rowsOfSold(after)).toEqual(rowsOfSold(before));
    }
    expect(await trip('2027-01-01')).toMatchObject({ times: '08:00 09:15 10:00', price: 1 });
  });

  it('does not count a sold trip that is as the feed has it', async () => {
    await importTiny();
    await sell('2027-01-02');
    const { trips, warnings } = await importTiny();
    expect(trips).toMatchObject({ unchanged: 3, kept: 0 });
    expect(warnings.join()).not.toContain('sold trip');
  });

  it('leaves what the organiser decides', async () => {
    await importTiny();
    await world.database.query(
      `UPDATE organizations SET slug = 'own', email = 'us@tiny.test', refund_full_until_hours = 48`,
    );
    await world.database.query(`UPDATE bookables SET state = 'CANCELLED' WHERE starts_at < '2027-01-02'`);
    await world.database.query(`UPDATE tiers SET quantity = 5`);
    await importTiny(DELAYED);
    expect(
      await world.database.query(`SELECT slug, email, refund_full_until_hours AS hours FROM organizations`),
    ).toEqual([{ slug: 'own', email: 'us@tiny.test', hours: 48 }]);
    expect([(await trip('2027-01-01')).state, (await trip('2027-01-02')).state]).toEqual(['CANCELLED', 'PUBLISHED']);
    expect(await world.database.query(`SELECT DISTINCT quantity FROM tiers`)).toEqual([{ quantity: 5 }]);
  });

  it('never touches a trip made by hand', async () => {
    await importTiny();
    await world.database.query(`UPDATE trips SET external_id = NULL WHERE service_date = '2027-01-02'`);
    const before = await byHand();
    expect(before).toHaveLength(1);
    const summary = await importTiny({
      'trips.txt': ['R,ALL,U'],
      'stop_times.txt': ['U,08:00:00,08:00:00,A,1', 'U,10:00:00,10:00:00,C,3'],
    });
    expect(summary.trips).toMatchObject({ inserted: 3, withdrawn: 2 });
    expect(await byHand()).toEqual(before);
  });
});

describe('a trip that the feed no longer has', () => {
  const withoutFriday = { 'calendar.txt': ['ALL,1,1,1,1,0,1,1,20270101,20271231'] };

  it('is cancelled, and back when the feed has it again', async () => {
    await importTiny();
    const { trips } = await importTiny(withoutFriday);
    expect(trips).toEqual({ inserted: 0, updated: 0, unchanged: 2, kept: 0, withdrawn: 1 });
    expect(await trip('2027-01-01')).toMatchObject({ state: 'CANCELLED' });
    expect((await importTiny(withoutFriday)).trips).toMatchObject({ unchanged: 2, withdrawn: 0 });
    expect((await importTiny()).trips).toMatchObject({ inserted: 0, updated: 1, unchanged: 2 });
    expect(await trip('2027-01-01')).toMatchObject({ state: 'PUBLISHED' });
  });

  it('is kept when it is sold', async () => {
    await importTiny();
    await sell('2027-01-01');
    const { trips, warnings } = await importTiny(withoutFriday);
    expect(trips).toMatchObject({ unchanged: 2, kept: 1, withdrawn: 0 });
    expect(warnings).toContain('1 sold trip left as sold, though no longer in the feed: Ayle – Crag on Fri 1 Jan 2027');
    expect(await trip('2027-01-01')).toMatchObject({ state: 'PUBLISHED' });
  });

  it('is left alone outside the window', async () => {
    await importTiny();
    const { trips } = await world.importFeed(tinyFeed(withoutFriday), { from: '2027-01-02', days: 2 });
    expect(trips).toMatchObject({ unchanged: 2, withdrawn: 0 });
    expect(await trip('2027-01-01')).toMatchObject({ state: 'PUBLISHED' });
  });
});

describe('a first reservation at the same moment', () => {
  let passenger: pg.Client;
  beforeEach(async () => {
    passenger = new pg.Client(world.url);
    await passenger.connect();
  });
  afterEach(async () => await passenger.end());

  it('that comes first keeps the trip as it is being sold', async () => {
    await importTiny();
    const { id } = await trip('2027-01-02');
    await passenger.query('BEGIN');
    await passenger.query('UPDATE bookables SET locked_at = now() WHERE id = $1', [id]);
    const importing = importTiny(DELAYED);
    await somebodyWaits(passenger);
    await passenger.query('COMMIT');
    expect((await importing).trips).toMatchObject({ updated: 2, kept: 1 });
    expect(await trip('2027-01-02')).toMatchObject({ times: '08:00 09:05 10:00' });
  });

  it('that comes second sells the changed trip', async () => {
    await importTiny();
    const { id } = await trip('2027-01-02');
    const observer = new pg.Client(world.url);
    await observer.connect();
    let reserving: Promise<string> | undefined;
    async function reserve(): Promise<string> {
      await passenger.query('UPDATE bookables SET locked_at = now() WHERE id = $1 AND locked_at IS NULL', [id]);
      const { rows } = await passenger.query<{ at: string }>(
        `SELECT to_char(departs_at, 'HH24:MI') AS at FROM trip_calls WHERE trip_id = $1 AND position = 1`,
        [id],
      );
      return rows[0]!.at;
    }
    await world.database.transaction(async () => {
      expect((await importTiny(DELAYED)).trips.updated).toBe(3);
      reserving = reserve();
      await somebodyWaits(observer);
    });
    expect(await reserving).toBe('09:15');
    await observer.end();
  });
});
