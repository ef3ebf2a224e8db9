import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEMO_FEED, type FeedFiles, type GtfsWorld, gtfsWorld, readFeed } from '../support/gtfs.js';

let world: GtfsWorld;
let demo: FeedFiles;
let before: Record<string, string[]>;
beforeAll(async () => {
  world = await gtfsWorld();
  demo = await readFeed();
  await world.importFeed(DEMO_FEED, { days: 2 });
  before = await world.contents();
});
afterAll(async () => await world.close());

/** Changes the demo feed: what is at `line` of `file` becomes `text`, or what `text` makes of it; undefined removes the file. */
type Break = [file: string, line: number, text: string | ((line: string) => string)] | [file: string];

function broken([file, line, text]: Break): FeedFiles {
  if (line === undefined || text === undefined) {
    const { [file]: _, ...rest } = demo;
    return rest;
  }
  const lines = demo[file]!.split('\n');
  lines[line - 1] = typeof text === 'string' ? text : text(lines[line - 1]!);
  return { ...demo, [file]: lines.join('\n') };
}

const field = (index: number, value: string) => (line: string) => line.split(',').with(index, value).join(',');

it.each<[Break, string]>([
  [['agency.txt'], 'agency.txt: is missing'],
  [['stop_times.txt'], 'stop_times.txt: is missing'],
  [['trips.txt', 1, field(2, 'trip')], 'trips.txt line 1: has no column trip_id'],
  [['calendar.txt', 1, field(4, 'Thursday')], 'calendar.txt line 1: has no column thursday'],
  [['stops.txt', 1, ''], 'stops.txt line 2: has no column stop_id'],
  [
    ['agency.txt', 2, field(3, 'Europe/Invernes')],
    'agency.txt line 2: agency_timezone "Europe/Invernes" is not a time zone (IANA name)',
  ],
  [['agency.txt', 2, ''], 'agency.txt: has no agency'],
  [['agency.txt', 3, 'NLC,Another,,Europe/London,en,'], 'agency.txt line 3: agency_id "NLC" is already at line 2'],
  [
    ['agency.txt', 3, ',Another,,Europe/London,en,'],
    'agency.txt line 3: agency_id is empty, but there are several agencies',
  ],
  [['stops.txt', 4, field(0, 'INV')], 'stops.txt line 4: stop_id "INV" is already at line 2'],
  [['stops.txt', 3, field(3, '157.2')], 'stops.txt line 3: stop_lat "157.2" is not between -90 and 90'],
  [['stops.txt', 3, field(1, '')], 'stops.txt line 3: stop_name is empty, but trips call there'],
  [
    ['stops.txt', 3, field(6, '1')],
    'stop_times.txt line 3: stop_id "AVI" is no stop: location_type is 1 (and 13 more)',
  ],
  [['routes.txt', 3, field(1, 'NLX')], 'routes.txt line 3: agency_id "NLX" is not in agency.txt'],
  [['routes.txt', 3, field(0, 'NL1')], 'routes.txt line 3: route_id "NL1" is already at line 2'],
  [['calendar.txt', 3, field(9, '20261332')], 'calendar.txt line 3: end_date "20261332" is not a date (YYYYMMDD)'],
  [
    ['calendar.txt', 3, field(9, '20251231')],
    'calendar.txt line 3: end_date 2025-12-31 is before start_date 2026-01-01',
  ],
  [['calendar.txt', 3, field(2, 'yes')], 'calendar.txt line 3: tuesday "yes" is not one of 0, 1'],
  [['calendar.txt', 3, field(0, 'DAILY')], 'calendar.txt line 3: service_id "DAILY" is already at line 2'],
  [['calendar_dates.txt', 3, field(2, '3')], 'calendar_dates.txt line 3: exception_type "3" is not one of 1, 2'],
  [
    ['calendar_dates.txt', 3, 'DAILY,20261225,1'],
    'calendar_dates.txt line 3: service_id "DAILY" already has 2026-12-25 at line 2',
  ],
  [['trips.txt', 5, field(0, 'NL9')], 'trips.txt line 5: route_id "NL9" is not in routes.txt'],
  [
    ['trips.txt', 5, field(1, 'SUNDAYS')],
    'trips.txt line 5: service_id "SUNDAYS" is not in calendar.txt or calendar_dates.txt',
  ],
  [['trips.txt', 5, field(2, 'NL1-S1')], 'trips.txt line 5: trip_id "NL1-S1" is already at line 2'],
  [
    ['stop_times.txt', 17, field(1, '12:60:00')],
    'stop_times.txt line 17: arrival_time "12:60:00" is not a time (HH:MM:SS)',
  ],
  [['stop_times.txt', 17, field(0, 'NL1-S99')], 'stop_times.txt line 17: trip_id "NL1-S99" is not in trips.txt'],
  [['stop_times.txt', 17, field(3, 'XXX')], 'stop_times.txt line 17: stop_id "XXX" is not in stops.txt'],
  [
    ['stop_times.txt', 17, field(4, '10')],
    'stop_times.txt line 17: stop_sequence 10 is already at line 16 of this trip',
  ],
  [['stop_times.txt', 17, field(4, 'two')], 'stop_times.txt line 17: stop_sequence "two" is not a whole number from 0'],
  [['stop_times.txt', 17, field(5, '9')], 'stop_times.txt line 17: pickup_type "9" is not one of 0, 1, 2, 3'],
  [
    ['stop_times.txt', 17, field(1, '08:59:00')],
    'stop_times.txt line 17: arrival_time 08:59:00 is earlier than the departure at 09:00:00 at line 16',
  ],
  [
    ['stop_times.txt', 17, field(2, '09:44:00')],
    'stop_times.txt line 17: departure_time 09:44:00 is earlier than arrival_time 09:45:00',
  ],
  [
    ['stop_times.txt', 49, field(1, '25:11:00')],
    'stop_times.txt line 49: departure_time 24:55:00 is earlier than arrival_time 25:11:00',
  ],
  [
    ['stop_times.txt', 2, field(1, '').call(null, 'NL1-S1,,,INV,10,0,0,0.0,1')],
    'stop_times.txt line 2: the first call of a trip has no time',
  ],
  [['stop_times.txt', 8, 'NL1-S1,,,EDB,70,0,0,264.0,1'], 'stop_times.txt line 8: the last call of a trip has no time'],
  [
    ['stop_times.txt', 17, (line) => line.replace('AVI', '"AVI')],
    'stop_times.txt line 17: has a quote that is not closed',
  ],
  [
    ['stop_times.txt', 17, (line) => `${line},surplus`],
    'stop_times.txt line 17: has more values than there are columns',
  ],
  [['fare_attributes.txt', 4, field(1, '-3')], 'fare_attributes.txt line 4: price "-3" is not a price'],
  [['fare_attributes.txt', 4, field(1, '99999999999')], 'fare_attributes.txt line 4: price "99999999999" is too high'],
  [
    ['fare_attributes.txt', 4, field(2, 'GPB')],
    'fare_attributes.txt line 4: currency_type "GPB" is not a currency (ISO 4217)',
  ],
  [
    ['fare_rules.txt', 4, field(0, 'online-1')],
    'fare_rules.txt line 4: fare_id "online-1" is not in fare_attributes.txt',
  ],
])('refuses %j', async (change, message) => {
  await expect(world.importFeed(broken(change))).rejects.toThrow(
    expect.objectContaining({ name: 'GtfsError', message }),
  );
  expect(await world.contents()).toEqual(before);
});

it('refuses a trip with one call, and one that takes no time', async () => {
  const only = {
    ...demo,
    'trips.txt': `${demo['trips.txt']}NL1,DAILY,ONE,,0\n`,
    'stop_times.txt': `${demo['stop_times.txt']}ONE,08:00:00,08:00:00,INV,1,0,0,,1\n`,
  };
  await expect(world.importFeed(only)).rejects.toThrow(
    'stop_times.txt line 136: this is the only call of its trip, which needs two',
  );
  only['stop_times.txt'] += 'ONE,08:00:00,08:00:00,AVI,2,0,0,,1\n';
  await expect(world.importFeed(only)).rejects.toThrow(
    'stop_times.txt line 137: the trip arrives when it departs, at 08:00:00',
  );
});

it('refuses a feed without any calendar', async () => {
  const { 'calendar.txt': _, 'calendar_dates.txt': __, ...rest } = demo;
  await expect(world.importFeed(rest)).rejects.toThrow(
    'calendar.txt: is missing, and so is calendar_dates.txt: no trip has a day',
  );
});

it('refuses what is no feed at all', async () => {
  const folder = await world.folder({ 'notes.txt': 'hello' });
  await expect(world.importFeed(folder)).rejects.toThrow('agency.txt: is missing');
  await expect(world.importFeed(join(folder, 'nowhere'))).rejects.toThrow('nowhere: there is no such file or folder');
  await expect(world.importFeed(join(folder, 'notes.txt'))).rejects.toThrow('notes.txt: is neither a folder nor a zip');
});

it('refuses bytes that are not UTF-8', async () => {
  const folder = await world.folder(demo);
  await writeFile(
    join(folder, 'routes.txt'),
    Buffer.from(demo['routes.txt']!.replace('Loch Ness', 'Loch N\xe9ss'), 'latin1'),
  );
  await expect(world.importFeed(folder)).rejects.toThrow(
    'routes.txt line 3: route_long_name "Inverness to Glasgow by Loch N\uFFFDss and Glencoe" is not UTF-8',
  );
});

it.each([
  [{ from: '2026-02-30' }, '"2026-02-30" is not a day. Give it as YYYY-MM-DD.'],
  [{ days: 0 }, 'Import 1 to 400 days at a time.'],
  [{ days: 401 }, 'Import 1 to 400 days at a time.'],
  [{ days: 1.5 }, 'Import 1 to 400 days at a time.'],
  [{ layout: 'coach-5000' }, 'There is no layout "coach-5000".'],
  [{ flatFareMinor: -1 }, 'The flat fare is a whole number of minor units'],
  [{ currency: 'POUNDS' }, '"POUNDS" is not a currency (ISO 4217).'],
])('refuses the option %j', async (option, message) => {
  await expect(world.importFeed(DEMO_FEED, option)).rejects.toThrow(message);
  expect(await world.contents()).toEqual(before);
});

it('leaves the connection usable after every refusal', async () => {
  expect((await world.importFeed(DEMO_FEED, { days: 2 })).trips).toMatchObject({ inserted: 0, unchanged: 38 });
});
