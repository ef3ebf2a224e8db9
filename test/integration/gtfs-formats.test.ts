import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FeedFiles, type GtfsWorld, gtfsWorld, readFeed, tinyFeed } from '../support/gtfs.js';
import { type ZipEntry, zip } from '../support/zip.js';

let world: GtfsWorld;
let demo: FeedFiles;
beforeAll(async () => {
  world = await gtfsWorld();
  demo = await readFeed();
});
beforeEach(async () => await world.empty());
afterAll(async () => await world.close());

const JANUARY = { from: '2027-01-01', days: 3 };

async function zipFile(entries: ZipEntry[]): Promise<string> {
  const path = join(await world.folder({}), 'feed.zip');
  await writeFile(path, zip(entries));
  return path;
}

function packed(files: FeedFiles, folder = ''): ZipEntry[] {
  return Object.entries(files).map(([name, content]) => ({ name: folder + name, content }));
}

/** Everything that was imported, without ids and times of writing. */
async function imported(): Promise<unknown[]> {
  return await world.database.query(
    `SELECT b.title, b.starts_at, t.external_id, t.service_date, c.position, s.name, s.external_id AS stop, c.arrives_at, c.departs_at,
       c.pick_up, c.drop_off, r.short_name, r.long_name, o.name AS organization
     FROM bookables b JOIN trips t ON t.bookable_id = b.id JOIN trip_calls c ON c.trip_id = b.id JOIN stops s ON s.id = c.stop_id
     JOIN routes r ON r.id = t.route_id JOIN organizations o ON o.id = b.organization_id
     ORDER BY t.external_id, t.service_date, c.position`,
  );
}

async function importedFrom(feed: FeedFiles | string): Promise<unknown[]> {
  await world.empty();
  await world.importFeed(feed, { days: 3 });
  return await imported();
}

describe('the same feed', () => {
  let plain: unknown[];
  beforeAll(async () => (plain = await importedFrom(demo)));

  it('is there at all', () => expect(plain).toHaveLength((11 * 7 + 6 * 6 + 2 * 7) * 3));

  it.each<[string, () => Promise<FeedFiles | string> | FeedFiles]>([
    ['in a zip', async () => await zipFile(packed(demo))],
    ['in a zip with one folder', async () => await zipFile([{ name: 'gtfs/', content: '' }, ...packed(demo, 'gtfs/')])],
    ['in a zip of a Mac', async () => await zipFile([...packed(demo, 'gtfs/'), ...packed(demo, '__MACOSX/gtfs/')])],
    [
      'in a zip with other folders beside it',
      async () => await zipFile([...packed(demo), ...packed({ 'agency.txt': 'old' }, 'old/')]),
    ],
    ['with byte order marks', () => changed((text) => `\uFEFF${text}`)],
    ['with CRLF', () => changed((text) => text.replaceAll('\n', '\r\n'))],
    ['with a byte order mark, CRLF and everything quoted', () => changed((text) => `\uFEFF${quoteAll(text)}`)],
    ['with blank lines', () => changed((text) => `\n${text.replaceAll('\n', '\n\n')}   \n,,\n`)],
    ['without a line end at the end', () => changed((text) => text.trimEnd())],
    ['with blanks around values', () => changed((text) => text.replaceAll(',', ' , ').replaceAll(' ,  ', ', '))],
    [
      'with unknown files and columns',
      () => ({ ...changed((text) => text.replace(/\n/g, ',?\n').replace(',?', ',remark')), 'shapes.txt': 'x' }),
    ],
    ['with its rows in any order', () => changed((text, name) => (name === 'stop_times.txt' ? shuffled(text) : text))],
  ])('%s is imported the same', async (_, feed) => {
    expect(await importedFrom(await feed())).toEqual(plain);
  });
});

/** The demo feed, each file changed. */
function changed(change: (text: string, name: string) => string): FeedFiles {
  return Object.fromEntries(Object.entries(demo).map(([name, text]) => [name, change(text, name)]));
}

/** Quotes what is not quoted yet, and ends lines with CRLF. */
function quoteAll(text: string): string {
  const quoted = text.replace(
    /("(?:[^"]|"")*"|[^,\n]*)(,|\n)/g,
    (_, value: string, end: string) => (value.startsWith('"') ? value : `"${value}"`) + end,
  );
  return quoted.replaceAll('\n', '\r\n');
}

/** Each tenth row first, and so on: no trip stays together, and none in order. */
function shuffled(text: string): string {
  const [header, ...rows] = text.trimEnd().split('\n');
  return [
    header,
    ...rows
      .toReversed()
      .map((row, index) => ({ row, key: index % 10 }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ row }) => row),
    '',
  ].join('\n');
}

describe('a zip that is not what it should be', () => {
  it.each<[string, () => Promise<string>, string]>([
    [
      'with two feeds',
      async () => await zipFile([...packed(demo, 'a/'), ...packed(demo, 'b/')]),
      'has text files in several folders: a, b',
    ],
    [
      'with a file twice',
      async () => await zipFile([...packed(demo), ...packed({ 'trips.txt': 'x' })]),
      'has trips.txt twice',
    ],
    ['with nothing', async () => await zipFile([]), 'agency.txt: is missing'],
    [
      'that unpacks to too much',
      async () =>
        await zipFile([
          ...packed(demo),
          { name: 'shapes.txt', content: 'x', statedBytes: 0xfffffffe },
          { name: 'x.txt', content: 'x', statedBytes: 4096 },
        ]),
      'unpacks to more than 4 GiB',
    ],
    [
      'with too many files',
      async () => await zipFile(Array.from({ length: 1001 }, (_, n) => ({ name: `${n}.txt`, content: '' }))),
      'has more than 1000 files',
    ],
    [
      'whose file is larger than it says',
      async () =>
        await zipFile([
          ...packed(demo).filter(({ name }) => name !== 'stops.txt'),
          { name: 'stops.txt', content: demo['stops.txt']!, statedBytes: 100 },
        ]),
      'stops.txt: cannot be read',
    ],
    [
      'with a path that leaves it',
      async () => await zipFile([{ name: '../agency.txt', content: '' }]),
      'is a damaged zip',
    ],
    [
      'cut off',
      async () => {
        const path = join(await world.folder({}), 'cut.zip');
        await writeFile(path, zip(packed(demo)).subarray(0, 3000));
        return path;
      },
      'is neither a folder nor a zip',
    ],
  ])('%s is refused', async (_, path, message) => {
    await expect(world.importFeed(await path())).rejects.toThrow(
      expect.objectContaining({ name: 'GtfsError', message: expect.stringContaining(message) }),
    );
    expect(await imported()).toEqual([]);
  });
});

describe('what a feed may leave out', () => {
  it('is what the reference says', async () => {
    const { warnings } = await world.importFeed(
      tinyFeed(
        {},
        {
          'stop_times.txt':
            'stop_sequence,stop_id,departure_time,arrival_time,trip_id\n70,C,,10:00:00,T\n5,A,8:00:00,,T\n30,B,,,T\n',
        },
      ),
      JANUARY,
    );
    expect(
      await world.database.query(
        `SELECT position, to_char(arrives_at, 'HH24:MI') || '-' || to_char(departs_at, 'HH24:MI') AS times, pick_up, drop_off FROM trip_calls WHERE arrives_at < '2027-01-02' ORDER BY position`,
      ),
    ).toEqual([
      { position: 0, times: '08:00-08:00', pick_up: true, drop_off: true },
      { position: 1, times: '09:00-09:00', pick_up: true, drop_off: true },
      { position: 2, times: '10:00-10:00', pick_up: true, drop_off: true },
    ]);
    const [trip] = await world.database.query(`SELECT title, headsign FROM trips JOIN bookables ON id = bookable_id`);
    expect(trip).toEqual({ title: 'Ayle – Crag', headsign: 'Crag' });
    expect(warnings).toHaveLength(2);
  });

  it('is spread evenly where distances run backwards', async () => {
    const rows = ['T,08:00:00,08:00:00,A,1,0', 'T,,,B,2,9', 'T,,,A,3,3', 'T,,,B,4,9.5', 'T,10:00:00,10:00:00,C,5,10'];
    await world.importFeed(
      tinyFeed(
        {},
        {
          'stop_times.txt': [
            'trip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled',
            ...rows,
          ].join('\n'),
        },
      ),
      { ...JANUARY, days: 1 },
    );
    const times = await world.database.query<{ at: string }>(
      `SELECT to_char(departs_at, 'HH24:MI') AS at FROM trip_calls ORDER BY position`,
    );
    expect(times.map(({ at }) => at)).toEqual(['08:00', '08:30', '09:00', '09:30', '10:00']);
  });

  it('is said: trips by headway, and trips without calls', async () => {
    const feed = tinyFeed(
      { 'trips.txt': ['R,ALL,T', 'R,ALL,HEADWAY', 'R,ALL,EMPTY'] },
      {
        'frequencies.txt':
          'trip_id,start_time,end_time,headway_secs\nHEADWAY,06:00:00,09:00:00,600\nHEADWAY,09:00:00,12:00:00,900\n',
      },
    );
    feed['stop_times.txt'] += 'HEADWAY,00:00:00,00:00:00,A,1\nHEADWAY,01:00:00,01:00:00,C,2\n';
    const { trips, warnings } = await world.importFeed(feed, JANUARY);
    expect(trips.inserted).toBe(3);
    expect(warnings).toContain('frequencies.txt: 1 trip by headway, not by timetable, left out');
    expect(warnings).toContain('trips.txt: 1 trip without stop times left out (first at line 4)');
  });
});
