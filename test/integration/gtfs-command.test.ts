import { importGtfs } from '../../apps/cli/src/import/command.js';
import { DEMO_FEED, type GtfsWorld, gtfsWorld, readFeed, tinyFeed } from '../support/gtfs.js';

let world: GtfsWorld;
beforeAll(async () => (world = await gtfsWorld()));
beforeEach(async () => await world.empty());
afterAll(async () => await world.close());

/** Runs the command as from a shell. */
async function run(args: string[], { terminal = false } = {}) {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') =>
    ({
      isTTY: terminal,
      columns: 80,
      write: (text: string) => ((written[name] += text), true),
    }) as unknown as NodeJS.WriteStream;
  const code = await importGtfs(args, {
    out: stream('out'),
    err: stream('err'),
    withApplication: async (work) => await work(() => world.imports as never),
    today: new Date(2026, 11, 1),
  });
  return { code, ...written };
}

it('imports from today for 30 days, with coaches of 49, and sums up', async () => {
  const { code, out, err } = await run([DEMO_FEED]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('  stop_times.txt: 134 rows\n');
  expect(out).toContain('Imported the trips that run between 2026-12-01 and 2026-12-30.');
  expect(out).toContain('  1 organization, 2 routes, 12 stops, 70 fares\n');
  expect(out).toContain('  539 trips with 3,599 calls: 539 new, 0 changed, 0 as before\n');
  expect(out).toMatch(/ {2}390 rows read, \d+\.\d s\n$/);
  expect(await world.database.query(`SELECT name FROM seat_maps`)).toEqual([{ name: 'coach-49' }]);
});

it('takes its options', async () => {
  const args = [
    '--from',
    '2027-01-01',
    '--days',
    '1',
    '--layout',
    'minibus-16',
    '--flat-fare',
    '1250',
    '--currency',
    'GBP',
  ];
  const { code, out } = await run([await world.folder(tinyFeed()), ...args]);
  expect(code).toBe(0);
  expect(out).toContain('Imported the trips that run on 2027-01-01.');
  expect(out).toContain('  ! no fares for route R: every journey costs £12.50\n');
  expect(await world.database.query(`SELECT seat_maps.name, price_minor FROM seat_maps, tiers`)).toEqual([
    { name: 'minibus-16', price_minor: 1250 },
  ]);
});

it('says plainly that nothing runs on those days', async () => {
  const { code, out } = await run([DEMO_FEED, '--from', '2031-01-01', '--days', '10']);
  expect(code).toBe(2);
  expect(out).toContain('Nothing was imported: no trip of this feed runs between 2031-01-01 and 2031-01-10.\n');
  expect(out).toContain(
    "The feed's calendar covers 2026-01-01 to 2030-12-31. Choose days of it with --from and --days.\n",
  );
});

it('says in which file and line a feed is broken, without a stack trace', async () => {
  const demo = await readFeed();
  demo['stop_times.txt'] = demo['stop_times.txt']!.replace('NL1-S3,09:45:00', 'NL1-S3,9.45');
  const { code, err } = await run([await world.folder(demo)]);
  expect(code).toBe(1);
  expect(err).toBe('stop_times.txt line 17: arrival_time "9.45" is not a time (HH:MM:SS)\nNothing was imported.\n');
});

it.each([
  [[], 'Give the path of a feed, a folder or a zip.'],
  [['a', 'b'], 'Give one path: "b" is one too many.'],
  [['a', '--dayz', '3'], "Unknown option '--dayz'."],
  [['a', '--days', 'many'], '--days "many" is not a whole number.'],
  [['nowhere'], 'nowhere: there is no such file or folder'],
  [[DEMO_FEED, '--from', 'tomorrow'], '"tomorrow" is not a day. Give it as YYYY-MM-DD.'],
  [[DEMO_FEED, '--layout', 'bus'], 'There is no layout "bus". Choose one of coach-49,'],
])('explains %j', async (args, message) => {
  const { code, out, err } = await run(args);
  expect(code).toBe(1);
  expect(err).toContain(message);
  expect(err + out).not.toMatch(/\n\s+at /);
});

it('explains itself', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  expect(out).toContain('npm run import:gtfs -- PATH [options]');
});

it('draws a bar on a terminal', async () => {
  const { out } = await run([DEMO_FEED], { terminal: true });
  expect(out).toMatch(/fare_rules\.txt +█{30} {1,2}100 % \d+ rows/);
  expect(
    out
      .replaceAll('\r\x1b[K', '\n')
      .split('\n')
      .every((line) => line.length <= 80),
  ).toBe(true);
});
