import pg from 'pg';
import { type TestApplication, startApplication } from '../support/application.js';
import { generousOrganization } from '../support/booking.js';
import { tripOf } from '../support/sale.js';
import { Asker } from './asker.js';
import { Bookings } from './bookings.js';
import type { HotTrips } from './hot-trips.js';
import { inspect } from './inspection.js';
import { type Booking, Journal } from './journal.js';
import { MapWatcher } from './map-watcher.js';
import { settled } from './settled.js';
import { refusedForNothing } from './told.js';
import { audit, lostOrInvented } from './verdict.js';

const SOMEBODY = '01935b0e-7c1a-7cc0-8f6b-2f0a4a0f1a11';

/** Negative controls: everything is right, then something is made wrong by hand, and the verdict says so. */
describe('the verdict', () => {
  let application: TestApplication;
  let db: pg.Client;
  let hot: HotTrips;
  let journal: Journal;
  let bookings: Bookings;
  let booking: Booking;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
    db = new pg.Client({ connectionString: application.env['DATABASE_URL'] });
    await db.connect();
  });
  beforeEach(async () => {
    const { id } = await generousOrganization(application);
    const { bookable, seats } = await tripOf(application, id);
    hot = { trips: [bookable.id], seatIds: seats.slice(0, 4).map((seat) => seat.id), legs: 3 };
    journal = new Journal();
    bookings = new Bookings(new Asker(() => application.url, journal, new AbortController().signal), journal);
    const [first, second, third] = hot.seatIds;
    booking = (await bookings.reserve({ trip: bookable.id, from: 0, to: 2 }, [first!, second!]))!;
    await bookings.add(booking, [third!]);
    await bookings.remove(booking, first!);
    await bookings.extend(booking);
  });
  afterAll(async () => {
    await db.end();
    await application.close();
  });

  const compared = (): Promise<string[]> => lostOrInvented(db, journal, hot.trips);

  it('is good when nothing is wrong', async () => {
    await bookings.cancel((await bookings.reserve(booking, [hot.seatIds[0]!]))!);
    await inspect(hot, bookings);
    expect(journal.bookings).toHaveLength(2 + 4 * 3 - 2 * 2);
    expect([...journal.findings, ...(await compared()), ...refusedForNothing(journal, 0)]).toEqual([]);
  });

  it('finds an acknowledged reservation that is not there', async () => {
    journal.bookings.push({ ...booking, id: SOMEBODY });
    expect(await compared()).toEqual([`${SOMEBODY} was acknowledged as HELD and is not there`]);
  });

  it('finds a reservation that nobody was told of', async () => {
    journal.bookings.pop();
    expect(await compared()).toEqual([`${booking.id} is ACTIVE and nobody was told of it`]);
  });

  it.each<[string, (booking: Booking) => void]>([
    ['state', (told) => void (told.state = 'CANCELLED')],
    ['state', (told) => void (told.state = 'PAID')],
    ['seats', ({ seatIds }) => void seatIds.pop()],
    ['end', (told) => void (told.expiresAt += 1000)],
    ['journey', (told) => void (told.to += 1)],
  ])('finds another %s than was told', async (what, change) => {
    change(booking);
    expect((await compared()).join('\n')).toContain(`${booking.id}: the ${what} is`);
  });

  /** A seat of nobody's, by hand and without a number that would tell of it. */
  const block = (mark: string, holder: string | null): Promise<unknown> =>
    db.query(
      `UPDATE seat_cells SET legs = repeat($2, 3), holders = array_fill($3::uuid, ARRAY[3]), held_until = now() + $4::interval
       WHERE bookable_id = $1 AND ordinal = (SELECT ordinal FROM seats WHERE id = $5)`,
      [hot.trips[0], mark, holder, holder && '1 hour', hot.seatIds[0]],
    );

  it('finds a seat that is blocked by nobody, and so does the auditor', async () => {
    await block('h', SOMEBODY);
    await inspect(hot, bookings);
    expect(refusedForNothing(journal, 500).join('\n')).toContain(`${hot.seatIds[0]} of ${hot.trips[0]} was refused`);
    const found = await audit({ folder: process.cwd(), environment: application.env });
    expect(found.join('\n')).toContain('seat-blocked-by-nobody');
    await block('.', null);
  }, 60_000);

  it('finds a live map that shows something else, and an end that nobody has recorded', async () => {
    const watcher = new MapWatcher(application.url, hot.trips[0]!, hot.legs, journal);
    try {
      expect(await settled(db, hot.trips, [watcher], 5_000)).toEqual([]);
      await db.query(`UPDATE reservations SET expires_at = now() WHERE id = $1`, [booking.id]);
      await block('h', SOMEBODY);
      expect(await settled(db, hot.trips, [watcher], 100)).toEqual([
        expect.stringContaining(`reservation ${booking.id} has ended and is ACTIVE`),
        expect.stringContaining(`the live map of ${hot.trips[0]} is at`),
      ]);
    } finally {
      await watcher.close();
      await block('.', null);
    }
  });
});
