import { existsSync } from 'node:fs';
import { GtfsImport } from '#catalogue';
import { DEMO_FEED, demoLogins, seedDemo } from '../../apps/api/src/demo.js';
import { journey } from '../../apps/cli/src/journey/journey.js';
import { type TestApplication, startApplication } from '../support/application.js';

const EMBER_FEED = '../shared/data/ember-gtfs';
const admin = demoLogins().find(({ role }) => role === 'admin')!;
const today = new Date().toISOString().slice(0, 10);

describe('the journey', () => {
  let application: TestApplication;
  beforeAll(async () => {
    application = await startApplication();
    await seedDemo(application.env, () => undefined);
  });
  afterAll(async () => {
    await application.close();
  });

  const importFeed = (path: string) => async (): Promise<string> => {
    const { trips } = await application.get(GtfsImport).import({ path, from: today, days: 8, layout: 'coach-49' });
    return `${trips.inserted + trips.updated + trips.unchanged} trips`;
  };

  it('goes through on the demo feed, on a trip that it picks itself', async () => {
    const lines: string[] = [];
    await journey({
      url: application.url,
      admin,
      importFeed: importFeed(DEMO_FEED),
      print: (line) => lines.push(line),
    });
    expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(18);
  }, 90_000);

  (existsSync(EMBER_FEED) ? it : it.skip)(
    'goes through on the Ember feed, from Dundee to Edinburgh',
    async () => {
      const lines: string[] = [];
      await journey({
        url: application.url,
        admin,
        importFeed: importFeed(EMBER_FEED),
        origin: 'Dundee',
        destination: 'Edinburgh',
        print: (line) => lines.push(line),
      });
      expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(18);
    },
    90_000,
  );
});
