import type { Database } from '#platform';
import { SeatStates } from '../../libs/reservations/src/inventory/seat-states.js';
import type { TestApplication } from '../support/application.js';
import { type Book, type Booking, type Wanted, open } from './book.js';
import type { Market } from './market.js';

interface Row {
  id: string;
  state: string;
  end: Date;
  extensions: number;
  from: number;
  to: number;
  seat_ids: (string | null)[];
  area_ids: (string | null)[];
  tier_ids: string[];
}

/**
 * Nothing is under way and the sweep has run: the database must be what the oracle says, cell by cell.
 * @returns the differences
 */
export async function differences(database: Database, book: Book, now: number): Promise<string[]> {
  const found: string[] = [];
  const same = (what: string, is: unknown, expected: unknown): void => {
    const [one, other] = [JSON.stringify(is), JSON.stringify(expected)];
    if (one !== other) found.push(`${what} is ${one}, the oracle says ${other}`);
  };
  await sameReservations(database, book, now, same);
  for (const market of book.markets) await sameCells(database, book, market, now, same);
  return found;
}

/** What people are shown before the sweep has run: a hold whose time is up is free. */
export async function shownDifferences(application: TestApplication, book: Book, now: number): Promise<string[]> {
  const usage = book.usage(now);
  const found: string[] = [];
  for (const { bookableId, legs, seats } of book.markets) {
    const shown = (await application.get(SeatStates).read(bookableId)).legs;
    const expected = seats.map((seat) =>
      Array.from({ length: legs }, (_, leg) => mark(usage.get(`${bookableId}/${seat}/${leg}`)?.[0]?.booking)).join(''),
    );
    expected.forEach((text, ordinal) => {
      if (text !== shown[ordinal])
        found.push(`seat ${ordinal} of ${bookableId} is shown as ${shown[ordinal]}, the oracle says ${text}`);
    });
  }
  return found;
}

const mark = (booking?: Booking): string => (booking ? (booking.paid ? 's' : 'h') : '.');

type Same = (what: string, is: unknown, expected: unknown) => void;

const LIVE = ['ACTIVE', 'CONVERTED'];

async function sameReservations(database: Database, book: Book, now: number, same: Same): Promise<void> {
  const rows = await database.query<Row>(
    `SELECT id, state, expires_at AS end, extensions, from_position AS from, to_position AS to, seat_ids, area_ids, tier_ids
     FROM reservations WHERE bookable_id = ANY($1::uuid[]) AND (state IN ('ACTIVE', 'CONVERTED') OR id = ANY($2::uuid[]))`,
    [book.markets.map(({ bookableId }) => bookableId), [...book.bookings.keys()]],
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  for (const { id } of rows) if (!book.bookings.has(id)) same(`reservation ${id}`, 'there', 'not there');
  for (const booking of book.bookings.values()) {
    const row = known.get(booking.id);
    const state = book.state(booking, now);
    same(`reservation ${booking.id}`, row?.state, state);
    if (!row || !LIVE.includes(state)) continue;
    same(`its journey ${booking.id}`, [row.from, row.to], [booking.from, booking.to]);
    same(`its places ${booking.id}`, placesOf(row), open(booking).map(asText).toSorted());
    same(`its extensions ${booking.id}`, row.extensions, booking.extensions);
    if (state === 'ACTIVE') same(`its end ${booking.id}`, row.end.getTime(), booking.end);
  }
}

const asText = ({ seatId, areaId, tierId }: Wanted): string => `${seatId} ${areaId} ${tierId}`;

const placesOf = ({ seat_ids, area_ids, tier_ids }: Row): string[] =>
  tier_ids.map((tierId, index) => asText({ seatId: seat_ids[index]!, areaId: area_ids[index]!, tierId })).toSorted();

async function sameCells(database: Database, book: Book, market: Market, now: number, same: Same): Promise<void> {
  const { bookableId, legs, seats } = market;
  const usage = book.usage(now);
  const holdersOf = (id: string): (Booking | undefined)[] =>
    Array.from({ length: legs }, (_, leg) => usage.get(`${bookableId}/${id}/${leg}`)?.[0]?.booking);
  const cells = await database.query<{ ordinal: number; legs: string; holders: (string | null)[] }>(
    `SELECT ordinal, legs, holders FROM seat_cells WHERE bookable_id = $1 ORDER BY ordinal`,
    [bookableId],
  );
  // Before its first reservation there is no inventory.
  if (cells.length > 0 || usage.size > 0) same('number of seats', cells.length, seats.length);
  for (const cell of cells) {
    const holders = holdersOf(seats[cell.ordinal]!);
    same(`seat ${cell.ordinal} of ${bookableId}`, cell.legs, holders.map(mark).join(''));
    same(
      `holders of ${cell.ordinal} of ${bookableId}`,
      cell.holders,
      holders.map((booking) => booking?.id ?? null),
    );
  }
  const areas = await database.query<{ id: string; taken: number[] }>(
    `SELECT area_id AS id, taken FROM area_cells WHERE bookable_id = $1`,
    [bookableId],
  );
  for (const { id, taken } of areas) {
    const counted = Array.from({ length: legs }, (_, leg) => usage.get(`${bookableId}/${id}/${leg}`)?.length ?? 0);
    same(`area ${id} of ${bookableId}`, taken, counted);
  }
  const tiers = await database.query<{ id: string; taken: number }>(
    `SELECT id, taken FROM tiers WHERE bookable_id = $1 AND quantity IS NOT NULL`,
    [bookableId],
  );
  for (const { id, taken } of tiers) same(`tier ${id}`, taken, usage.get(id)?.length ?? 0);
}
