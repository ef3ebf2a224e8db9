import { type FeedFiles, type GtfsWorld, gtfsWorld, tinyFeed } from '../support/gtfs.js';

let world: GtfsWorld;
beforeAll(async () => (world = await gtfsWorld()));
beforeEach(async () => await world.empty());
afterAll(async () => await world.close());

const JANUARY = { from: '2027-01-01', days: 3 };

/** Rows of fare_attributes.txt and of fare_rules.txt. */
function fares(attributes: string[], rules: string[] = []): FeedFiles {
  return {
    'fare_attributes.txt': ['fare_id,price,currency_type,payment_method,agency_id', ...attributes, ''].join('\n'),
    'fare_rules.txt': ['fare_id,route_id,origin_id,destination_id,contains_id', ...rules, ''].join('\n'),
  };
}

/** `A-B 1000 GBP` */
async function sold(): Promise<string[]> {
  const rows = await world.database.query<{ fare: string }>(
    `SELECT o.external_id || '-' || d.external_id || ' ' || price_minor || ' ' || f.currency AS fare
     FROM fares f JOIN stops o ON o.id = origin_stop_id JOIN stops d ON d.id = destination_stop_id ORDER BY 1`,
  );
  return rows.map(({ fare }) => fare);
}

async function tierPrice(): Promise<number | null> {
  const [tier] = await world.database.query<{ price_minor: number | null }>(`SELECT DISTINCT price_minor FROM tiers`);
  return tier!.price_minor;
}

describe('a fare', () => {
  it('is that of the pair of zones, in the direction of travel', async () => {
    await world.importFeed(tinyFeed({}, fares(['x,5.10,GBP,1', 'y,7,GBP,1'], ['x,R,a,b', 'y,R,c,a'])), JANUARY);
    expect(await sold()).toEqual(['A-B 510 GBP']);
    expect(await tierPrice()).toBeNull();
  });

  it.each([
    ['with only a route holds for all its pairs', ['x,R,,'], ['A-B 500 GBP', 'A-C 500 GBP', 'B-C 500 GBP']],
    ['without a route holds for every route', ['x,,a,c'], ['A-C 500 GBP']],
    ['with only an origin holds for every destination', ['x,,b,'], ['B-C 500 GBP']],
    ['without rules holds everywhere', [], ['A-B 500 GBP', 'A-C 500 GBP', 'B-C 500 GBP']],
    ['for a route that is not there holds nowhere', ['x,OTHER,a,b', 'x,R,b,c'], ['B-C 500 GBP']],
  ])('%s', async (_, rules, expected) => {
    await world.importFeed(tinyFeed({}, fares(['x,5,GBP,1'], rules)), JANUARY);
    expect(await sold()).toEqual(expected);
  });

  it('that is paid before boarding wins, then the cheapest', async () => {
    const attributes = ['driver,1,GBP,0', 'dear,9,GBP,1', 'cheap,8,GBP,1', 'board,3,GBP,0', 'board2,2.50,GBP,0'];
    const rules = ['driver,R,a,b', 'dear,R,a,b', 'cheap,R,a,', 'board,R,b,c', 'board2,,,c'];
    await world.importFeed(tinyFeed({}, fares(attributes, rules)), JANUARY);
    expect(await sold()).toEqual(['A-B 800 GBP', 'A-C 800 GBP', 'B-C 250 GBP']);
  });

  it('is in the smallest unit of its currency', async () => {
    await world.importFeed(tinyFeed({}, fares(['x,1250,JPY,1'])), JANUARY);
    expect((await sold())[0]).toBe('A-B 1250 JPY');
    expect(
      await world.database.query(`SELECT DISTINCT currency FROM bookables UNION SELECT currency FROM organizations`),
    ).toEqual([{ currency: 'JPY' }]);
  });

  it('that asks for zones on the way is left out, and that is said', async () => {
    const { warnings } = await world.importFeed(
      tinyFeed({}, fares(['x,5,GBP,1', 'y,1,GBP,1'], ['x,R,a,b', 'y,R,a,c,b'])),
      JANUARY,
    );
    expect(await sold()).toEqual(['A-B 500 GBP']);
    expect(warnings).toContain('fare_rules.txt: 1 fare by zones passed on the way (contains_id) left out');
  });

  it('is only for pairs that a trip serves', async () => {
    const feed = tinyFeed({}, fares(['x,5,GBP,1']));
    feed['stop_times.txt'] =
      'trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n' +
      'T,08:00:00,08:00:00,A,1,0,0\nT,09:00:00,09:00:00,B,2,1,0\nT,10:00:00,10:00:00,C,3,0,0\n';
    await world.importFeed(feed, JANUARY);
    expect(await sold()).toEqual(['A-B 500 GBP', 'A-C 500 GBP']);
  });
});

describe('where the feed has no fare', () => {
  it('every journey of the route costs the flat fare', async () => {
    const { warnings } = await world.importFeed(tinyFeed(), { ...JANUARY, flatFareMinor: 750, currency: 'GBP' });
    expect([await sold(), await tierPrice()]).toEqual([[], 750]);
    expect(warnings).toEqual(['no fares for route R: every journey costs £7.50']);
  });

  it('it is 10.00 of a currency that is said to be a guess', async () => {
    const { warnings } = await world.importFeed(tinyFeed(), JANUARY);
    expect(await tierPrice()).toBe(1000);
    expect(warnings).toEqual([
      'Tiny Coaches: the feed says no currency, prices are in EUR',
      'no fares for route R: every journey costs €10.00',
    ]);
  });

  it('for some pairs of a route, those are not sold, and that is said', async () => {
    const { warnings } = await world.importFeed(tinyFeed({}, fares(['x,5,GBP,1'], ['x,R,a,b'])), JANUARY);
    expect(warnings).toEqual(['route R: no fare for 2 of 3 pairs of stops, which are not sold']);
  });
});

describe('of several currencies', () => {
  const feed = tinyFeed({}, fares(['x,5,GBP,1', 'y,6,EUR,1', 'z,7,EUR,1'], ['x,R,a,b', 'y,R,a,b', 'z,R,b,c']));

  it('the most frequent one is sold', async () => {
    await world.importFeed(feed, JANUARY);
    expect(await sold()).toEqual(['A-B 600 EUR', 'B-C 700 EUR']);
  });

  it('the wanted one is sold', async () => {
    await world.importFeed(feed, { ...JANUARY, currency: 'GBP' });
    expect(await sold()).toEqual(['A-B 500 GBP']);
  });

  it('one that no fare has is not, and that is said', async () => {
    const { warnings } = await world.importFeed(feed, { ...JANUARY, currency: 'USD' });
    expect(warnings).toContain('Tiny Coaches: the fares are in EUR, so prices are not in USD');
  });
});

describe('a feed whose fares have changed', () => {
  const before = tinyFeed({}, fares(['x,5,GBP,1', 'y,6,GBP,1'], ['x,R,a,b', 'y,R,a,c']));
  const after = tinyFeed({}, fares(['x,5.50,GBP,1'], ['x,R,a,b']));
  beforeEach(async () => void (await world.importFeed(before, JANUARY)));

  it('changes and removes them', async () => {
    const { fares: count } = await world.importFeed(after, JANUARY);
    expect([count, await sold()]).toEqual([1, ['A-B 550 GBP']]);
  });

  it('keeps what a sold trip, or one outside the window, is sold at', async () => {
    await world.importFeed(before, { from: '2027-02-01', days: 1 });
    await world.importFeed(after, JANUARY);
    expect(await sold()).toEqual(['A-B 550 GBP', 'A-C 600 GBP']);
    await world.importFeed(after, { from: '2027-01-01', days: 60 });
    expect(await sold()).toEqual(['A-B 550 GBP']);
  });

  it('goes over to the flat fare when they are gone, except for sold trips', async () => {
    await world.database.query(`UPDATE bookables SET locked_at = now() WHERE starts_at < '2027-01-02'`);
    await world.importFeed(tinyFeed(), { ...JANUARY, flatFareMinor: 900 });
    const tiers = await world.database.query(
      `SELECT price_minor AS price, locked_at IS NOT NULL AS sold FROM tiers JOIN bookables b ON b.id = bookable_id ORDER BY starts_at`,
    );
    expect(tiers).toEqual([
      { price: null, sold: true },
      { price: 900, sold: false },
      { price: 900, sold: false },
    ]);
    expect(await sold()).toEqual(['A-B 500 GBP', 'A-C 600 GBP']);
  });
});

describe('several agencies', () => {
  const two = {
    'agency.txt': ['one,Coaches,,Europe/London', 'two,Coaches,,Europe/Paris', 'idle,Nobody,,Europe/Paris'],
    'routes.txt': ['R,one,1,Ayle to Crag,3', 'S,two,2,Beck to Crag,3', 'N,idle,3,Never,3'],
    'trips.txt': ['R,ALL,T', 'S,ALL,U'],
    'stop_times.txt': [
      'T,08:00:00,08:00:00,A,1',
      'T,09:00:00,09:00:00,B,2',
      'U,08:00:00,08:00:00,B,1',
      'U,09:00:00,09:00:00,C,2',
    ],
  };

  it('are organizations of their own, with their own stops and seat maps; one without trips is none', async () => {
    const summary = await world.importFeed(tinyFeed(two, fares(['x,5,GBP,1,one', 'y,6,EUR,1,two'])), JANUARY);
    expect(summary).toMatchObject({ organizations: 2, routes: 2, stops: 4, fares: 2, trips: { inserted: 6 } });
    expect(await sold()).toEqual(['A-B 500 GBP', 'B-C 600 EUR']);
    expect(
      await world.database.query(
        `SELECT o.slug, o.external_id, min(b.time_zone) AS zone, count(*)::int AS trips, min(to_char(starts_at, 'HH24')) AS hour,
           bool_and(m.organization_id = o.id AND t.organization_id = o.id AND s.organization_id = o.id) AS own
         FROM organizations o JOIN bookables b ON b.organization_id = o.id JOIN seat_maps m ON m.id = b.seat_map_id
         JOIN trips t ON t.bookable_id = b.id JOIN trip_calls c ON c.trip_id = b.id AND c.position = 0 JOIN stops s ON s.id = c.stop_id
         GROUP BY o.slug, o.external_id ORDER BY o.slug`,
      ),
    ).toEqual([
      { slug: 'coaches', external_id: 'one', zone: 'Europe/London', trips: 3, hour: '08', own: true },
      { slug: 'coaches-2', external_id: 'two', zone: 'Europe/Paris', trips: 3, hour: '07', own: true },
    ]);
  });

  it('have fares for their own routes only', async () => {
    await world.importFeed(tinyFeed(two, fares(['x,5,GBP,1,one', 'y,6,GBP,1,two'])), JANUARY);
    expect(await sold()).toEqual(['A-B 500 GBP', 'B-C 600 GBP']);
  });

  it('that are gone from the trips have theirs withdrawn', async () => {
    await world.importFeed(tinyFeed(two), JANUARY);
    const { trips } = await world.importFeed(
      tinyFeed({ ...two, 'trips.txt': ['R,ALL,T'], 'stop_times.txt': two['stop_times.txt'].slice(0, 2) }),
      JANUARY,
    );
    expect(trips).toMatchObject({ unchanged: 3, withdrawn: 3 });
  });

  it('may be one without an id', async () => {
    const files = {
      'agency.txt': 'agency_name,agency_url,agency_timezone\nTiny Coaches,https://tiny.test,Europe/London\n',
      'routes.txt': 'route_id,route_short_name,route_type\nR,1,3\n',
    };
    await world.importFeed(tinyFeed({}, files), JANUARY);
    expect(await world.database.query(`SELECT external_id FROM organizations`)).toEqual([
      { external_id: 'Tiny Coaches' },
    ]);
  });

  it('that are renamed are said so', async () => {
    await world.importFeed(tinyFeed(), JANUARY);
    const { warnings } = await world.importFeed(
      tinyFeed({ 'agency.txt': ['tiny,Big Coaches,,Europe/London'] }),
      JANUARY,
    );
    expect(warnings).toContain(
      'Tiny Coaches is now called Big Coaches: the feed has it under the same agency_id, tiny',
    );
    expect(await world.database.query(`SELECT name, slug FROM organizations`)).toEqual([
      { name: 'Big Coaches', slug: 'tiny-coaches' },
    ]);
  });
});
