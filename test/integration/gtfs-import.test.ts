import { DEMO_FEED, type GtfsWorld, gtfsWorld, tinyFeed } from '../support/gtfs.js';

let world: GtfsWorld;
beforeAll(async () => (world = await gtfsWorld()));
beforeEach(async () => await world.empty());
afterAll(async () => await world.close());

interface Call {
  stop: string;
  arrives: string;
  departs: string;
  pick_up: boolean;
  drop_off: boolean;
}

/** The calls of one trip, with the local times of the agency. */
async function calls(tripId: string, day: string): Promise<Call[]> {
  return await world.database.query<Call>(
    `SELECT s.name AS stop, to_char(arrives_at AT TIME ZONE b.time_zone, 'YYYY-MM-DD HH24:MI:SS') AS arrives,
       to_char(departs_at AT TIME ZONE b.time_zone, 'YYYY-MM-DD HH24:MI:SS') AS departs, pick_up, drop_off
     FROM trips t JOIN bookables b ON b.id = t.bookable_id JOIN trip_calls c ON c.trip_id = b.id JOIN stops s ON s.id = c.stop_id
     WHERE t.external_id = $1 AND t.service_date = $2 ORDER BY c.position`,
    [tripId, day],
  );
}

/** UTC, where the local time does not tell. */
async function instants(day: string): Promise<string[]> {
  const rows = await world.database.query<{ at: Date }>(
    `SELECT departs_at AS at FROM trips JOIN trip_calls ON trip_id = bookable_id WHERE service_date = $1 ORDER BY position`,
    [day],
  );
  return rows.map(({ at }) => at.toISOString().slice(0, 16));
}

describe('the demo feed', () => {
  beforeEach(async () => void (await world.importFeed(DEMO_FEED)));

  it('is counted as a person would count it', async () => {
    // 17 trips run daily, 2 on weekdays, 1 on Fridays and Christmas Eve; none on Christmas Day.
    const inserted = 17 * 29 + 2 * 21 + 4;
    await world.empty();
    expect(await world.importFeed(DEMO_FEED)).toMatchObject({
      window: { from: '2026-12-01', to: '2026-12-30' },
      calendar: { from: '2026-01-01', to: '2030-12-31' },
      nothingInWindow: false,
      organizations: 1,
      routes: 2,
      stops: 12,
      // 7 stops on NL1 make 42 pairs, less Edinburgh Airport to and from Edinburgh; 6 on NL2 make 30
      fares: 42 - 2 + 30,
      calls: (11 * 7 + 6 * 6) * 29 + 2 * 7 * 21 + 7 * 4,
      trips: { inserted, updated: 0, unchanged: 0, kept: 0, withdrawn: 0 },
      warnings: [],
    });
  });

  it('makes its agency an organization', async () => {
    const [row] = await world.database.query(
      `SELECT name, slug, currency, time_zone, email, external_id FROM organizations`,
    );
    expect(row).toEqual({
      name: 'Northern Lights Coaches',
      slug: 'northern-lights-coaches',
      currency: 'GBP',
      time_zone: 'Europe/London',
      email: 'hello@northern-lights.test',
      external_id: 'NLC',
    });
  });

  it('makes a trip that can be sold', async () => {
    const [row] = await world.database.query(
      `SELECT b.kind, b.title, b.state, b.time_zone, b.starts_at, b.ends_at, b.currency, b.leg_count, b.locked_at, t.headsign,
         r.short_name, m.name AS layout, (SELECT count(*)::int FROM seats WHERE seat_map_id = m.id) AS seats
       FROM trips t JOIN bookables b ON b.id = t.bookable_id JOIN routes r ON r.id = t.route_id JOIN seat_maps m ON m.id = b.seat_map_id
       WHERE t.external_id = 'NL1-S3' AND t.service_date = '2026-12-01'`,
    );
    expect(row).toEqual({
      kind: 'TRIP',
      title: 'Inverness Bus Station – Edinburgh',
      state: 'PUBLISHED',
      time_zone: 'Europe/London',
      starts_at: new Date('2026-12-01T09:00:00Z'),
      ends_at: new Date('2026-12-01T12:55:00Z'),
      currency: 'GBP',
      leg_count: 6,
      locked_at: null,
      headsign: 'Edinburgh',
      short_name: 'NL1',
      layout: 'coach-49',
      seats: 49,
    });
  });

  it('gives every trip one tier, priced by the fares of its route', async () => {
    const tiers = await world.database.query(
      `SELECT DISTINCT name, position, price_minor, min_per_order, max_per_order, active FROM tiers`,
    );
    expect(tiers).toEqual([
      { name: 'Standard', position: 0, price_minor: null, min_per_order: 1, max_per_order: 10, active: true },
    ]);
    const [count] = await world.database.query(
      `SELECT count(*)::int AS tiers, count(DISTINCT bookable_id)::int AS trips FROM tiers`,
    );
    expect(count).toEqual({ tiers: 539, trips: 539 });
  });

  it('takes the fare that is paid before boarding', async () => {
    const [fare] = await world.database.query(
      `SELECT price_minor, currency FROM fares JOIN stops o ON o.id = origin_stop_id JOIN stops d ON d.id = destination_stop_id
       WHERE o.external_id = 'INV' AND d.external_id = 'AVI'`,
    );
    expect(fare).toEqual({ price_minor: 645, currency: 'GBP' });
  });

  it('goes past midnight, into the next day', async () => {
    const night = await calls('NL1-S7', '2026-12-05');
    expect(night.at(-2)).toMatchObject({ stop: 'Edinburgh Airport', arrives: '2026-12-06 00:55:00' });
    expect(night.at(-1)).toMatchObject({ stop: 'Edinburgh Bus Station', arrives: '2026-12-06 01:10:00' });
  });

  it('gives a stop without a time one by distance, or evenly where the feed has no distances', async () => {
    const there = await calls('NL1-S1', '2026-12-01');
    // Pitlochry 08:05 at km 142, Perth 08:45 at km 184: Dunkeld at km 162
    expect(there[3]).toMatchObject({
      stop: 'Dunkeld & Birnam',
      arrives: '2026-12-01 08:24:02',
      departs: '2026-12-01 08:24:02',
    });
    const back = await calls('NL1-N1', '2026-12-01');
    expect(back.slice(2, 5).map(({ arrives, departs }) => [arrives.slice(11), departs.slice(11)])).toEqual([
      ['07:25:00', '07:30:00'],
      ['07:47:30', '07:47:30'],
      ['08:05:00', '08:05:00'],
    ]);
  });

  it('keeps where passengers may not board or leave', async () => {
    expect((await calls('NL1-S1', '2026-12-01'))[5]).toMatchObject({
      stop: 'Edinburgh Airport',
      pick_up: false,
      drop_off: true,
    });
    expect((await calls('NL1-N1', '2026-12-01'))[1]).toMatchObject({
      stop: 'Edinburgh Airport',
      pick_up: true,
      drop_off: false,
    });
  });

  it('reads quoted values', async () => {
    const [stop] = await world.database.query(
      `SELECT name, latitude, longitude, time_zone FROM stops WHERE external_id = 'PER'`,
    );
    expect(stop).toEqual({
      name: 'Perth, Broxden Park & Ride',
      latitude: 56.3826,
      longitude: -3.4817,
      time_zone: 'Europe/London',
    });
  });
});

describe('days and times', () => {
  it('count from noon minus 12 hours when the clocks go forward', async () => {
    await world.importFeed(
      tinyFeed({ 'stop_times.txt': ['T,00:30:00,00:30:00,A,1', 'T,02:30:00,02:30:00,B,2', 'T,27:00:00,27:00:00,C,3'] }),
      { from: '2027-03-27', days: 2 },
    );
    // The evening before: 24 hours later is half past one in the night of the change, 27:00 is 04:00 by the new clock.
    expect(await instants('2027-03-27')).toEqual(['2027-03-27T00:30', '2027-03-27T02:30', '2027-03-28T03:00']);
    // On the day itself noon minus 12 hours is 23:00 UTC the day before, so 02:30 is 01:30 UTC: 02:30 by the new clock.
    expect(await instants('2027-03-28')).toEqual(['2027-03-27T23:30', '2027-03-28T01:30', '2027-03-29T02:00']);
  });

  it('and when they go back', async () => {
    await world.importFeed(
      tinyFeed({ 'stop_times.txt': ['T,00:30:00,00:30:00,A,1', 'T,02:30:00,02:30:00,B,2', 'T,12:00:00,12:00:00,C,3'] }),
      { from: '2027-10-31', days: 1 },
    );
    expect(await instants('2027-10-31')).toEqual(['2027-10-31T00:30', '2027-10-31T02:30', '2027-10-31T12:00']);
  });

  it('are those of the agency, not of the machine', async () => {
    await world.importFeed(tinyFeed({ 'agency.txt': ['tiny,Tiny Coaches,,America/St_Johns'] }), {
      from: '2027-07-01',
      days: 1,
    });
    expect(await instants('2027-07-01')).toEqual(['2027-07-01T10:30', '2027-07-01T11:35', '2027-07-01T12:30']);
  });

  it('come from the calendar within its dates, with days added and removed', async () => {
    const feed = tinyFeed(
      { 'calendar.txt': ['ALL,1,0,0,0,0,0,1,20270104,20270117'] },
      {
        'calendar_dates.txt':
          'service_id,date,exception_type\nALL,20270111,2\nALL,20270105,1\nALL,20270119,1\nALL,20270401,1\n',
      },
    );
    const summary = await world.importFeed(feed, { from: '2027-01-01', days: 31 });
    const days = await world.database.query<{ day: string }>(`SELECT service_date::text AS day FROM trips ORDER BY 1`);
    expect(days.map(({ day }) => day)).toEqual(['2027-01-04', '2027-01-05', '2027-01-10', '2027-01-17', '2027-01-19']);
    expect(summary.calendar).toEqual({ from: '2027-01-04', to: '2027-04-01' });
  });

  it('may come from calendar_dates.txt alone', async () => {
    const { 'calendar.txt': _, ...feed } = tinyFeed();
    feed['calendar_dates.txt'] = 'service_id,date,exception_type\nALL,20270105,1\n';
    expect((await world.importFeed(feed, { from: '2027-01-01', days: 31 })).trips.inserted).toBe(1);
  });
});
