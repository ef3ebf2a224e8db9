import { existsSync } from 'node:fs';
import { type FeedFiles, type GtfsWorld, gtfsWorld, readFeed } from '../support/gtfs.js';

const DATA = '../shared/data';
const EMBER = `${DATA}/ember-gtfs`;
const WEXFORD = `${DATA}/wexford-gtfs`;

const realFeeds = existsSync(DATA) ? describe : describe.skip;
if (!existsSync(DATA)) process.stdout.write(`Skipped: the import of real feeds, because ${DATA} is not here.\n`);

type Row = Record<string, string>;

/** Good enough for a feed without quotes, and written without a look at the import. */
function rows(feed: FeedFiles, name: string): Row[] {
  const [header = '', ...lines] = feed[name]!.trim().split(/\r?\n/);
  const columns = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, index) => [columns[index]!, value])));
}

/** The calls of every trip, in order. */
function callsByTrip(feed: FeedFiles): Map<string, Row[]> {
  const trips = new Map<string, Row[]>();
  for (const call of rows(feed, 'stop_times.txt'))
    trips.set(call['trip_id']!, [...(trips.get(call['trip_id']!) ?? []), call]);
  for (const calls of trips.values()) calls.sort((a, b) => Number(a['stop_sequence']) - Number(b['stop_sequence']));
  return trips;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** `trip day start end calls` of every trip, in a month in which London has UTC. */
function expectedTrips(feed: FeedFiles, month: string, days: number): string[] {
  const times = callsByTrip(feed);
  const services = new Map(rows(feed, 'calendar.txt').map((service) => [service['service_id'], service]));
  const expected: string[] = [];
  for (let day = 1; day <= days; day += 1) {
    const date = new Date(`${month}-${String(day).padStart(2, '0')}T00:00:00Z`);
    for (const { trip_id, service_id } of rows(feed, 'trips.txt')) {
      if (services.get(service_id)![WEEKDAYS[date.getUTCDay()]!] !== '1') continue;
      const calls = times.get(trip_id!)!;
      const instant = (time: string) => {
        const [hours, minutes, seconds] = time.split(':').map(Number);
        return new Date(date.getTime() + ((hours! * 60 + minutes!) * 60 + seconds!) * 1000).toISOString();
      };
      const [first, last] = [calls[0]!, calls.at(-1)!];
      expected.push(
        [
          trip_id,
          date.toISOString().slice(0, 10),
          instant(first['departure_time']!),
          instant(last['arrival_time']!),
          calls.length,
        ].join(' '),
      );
    }
  }
  return expected.toSorted();
}

/** `origin destination pence` for every pair of stops that a trip serves, paid online. */
function expectedFares(feed: FeedFiles): string[] {
  const price = new Map(rows(feed, 'fare_attributes.txt').map((fare) => [fare['fare_id'], fare]));
  const served = new Set<string>();
  for (const calls of callsByTrip(feed).values()) {
    const stops = calls.map(({ stop_id }) => stop_id);
    stops.forEach((origin, index) =>
      stops.slice(index + 1).forEach((destination) => served.add(`${origin} ${destination}`)),
    );
  }
  return rows(feed, 'fare_rules.txt')
    .filter((rule) => rule['route_id'] === 'E1' && served.has(`${rule['origin_id']} ${rule['destination_id']}`))
    .filter((rule) => price.get(rule['fare_id'])!['payment_method'] === '1')
    .map(
      (rule) =>
        `${rule['origin_id']} ${rule['destination_id']} ${Math.round(Number(price.get(rule['fare_id'])!['price']) * 100)}`,
    )
    .toSorted();
}

realFeeds('real feeds', () => {
  let world: GtfsWorld;
  beforeAll(async () => (world = await gtfsWorld()));
  beforeEach(async () => await world.empty());
  afterAll(async () => await world.close());

  it('Ember: trips, times and fares are as counted by hand', async () => {
    const feed = await readFeed(EMBER);
    const started = performance.now();
    const summary = await world.importFeed(EMBER);
    expect(performance.now() - started).toBeLessThan(10_000);
    const trips = await world.database.query<{ row: string }>(
      `SELECT concat_ws(' ', t.external_id, service_date, to_char(starts_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         to_char(ends_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), (SELECT count(*) FROM trip_calls WHERE trip_id = b.id)) AS row
       FROM trips t JOIN bookables b ON b.id = t.bookable_id`,
    );
    const expected = expectedTrips(feed, '2026-12', 30);
    expect(trips.map(({ row }) => row).toSorted()).toEqual(expected);
    expect(summary.trips.inserted).toBe(expected.length);
    expect(summary.calls).toBe(expected.reduce((sum, row) => sum + Number(row.split(' ').at(-1)), 0));

    const fares = await world.database.query<{ row: string }>(
      `SELECT concat_ws(' ', o.external_id, d.external_id, price_minor) AS row
       FROM fares JOIN stops o ON o.id = origin_stop_id JOIN stops d ON d.id = destination_stop_id`,
    );
    expect(fares.map(({ row }) => row).toSorted()).toEqual(expectedFares(feed));
    expect(summary.stops).toBe(new Set(rows(feed, 'stop_times.txt').map(({ stop_id }) => stop_id)).size);
  });

  it('Ember: again, the same rows', async () => {
    await world.importFeed(EMBER, { days: 7 });
    const before = await world.contents();
    await world.importFeed(EMBER, { days: 7 });
    expect(await world.contents()).toEqual(before);
  });

  it('Wexford: nothing runs in 2026, and nothing is changed', async () => {
    const before = await world.contents();
    expect(await world.importFeed(WEXFORD)).toMatchObject({
      nothingInWindow: true,
      calendar: { from: '2023-03-12', to: '2023-06-30' },
      organizations: 0,
      trips: { inserted: 0, updated: 0, unchanged: 0, kept: 0, withdrawn: 0 },
    });
    expect(await world.contents()).toEqual(before);
  });

  it('Wexford: its own weeks can be imported', async () => {
    const summary = await world.importFeed(WEXFORD, { from: '2023-05-01', days: 7, currency: 'EUR' });
    expect(summary.nothingInWindow).toBe(false);
    expect(summary.trips.inserted).toBeGreaterThan(0);
  });
});
