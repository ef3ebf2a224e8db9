import { faults } from './faults.js';
import { VICTIMS } from './schedule.js';

/** The short form; `npm run faults` is the long one. A worker that is killed leaves payments waiting: only there. */
describe('kill -9 under load', () => {
  it('loses nothing, blocks nothing, and live maps go on, whatever is killed', async () => {
    const pace = { leastMs: 100, mostMs: 400, mostDownMs: 400 };
    const options = { rounds: 1, seed: 1, apis: 2, passengers: 8, pays: 0, victims: VICTIMS, pace };
    const reports = await faults(options, () => undefined);
    expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
    for (const { struck, journal, mapBreaks } of reports) {
      expect(struck.map(({ kill }) => kill.victim).toSorted()).toEqual([...VICTIMS].toSorted());
      expect(journal.bookings.length).toBeGreaterThan(10);
      expect(mapBreaks).toBeGreaterThan(0);
    }
  }, 240_000);
});
