import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import type { Installation } from './installation.js';
import type { Booking, Journal } from './journal.js';

interface Row {
  id: string;
  state: string;
  expires_at: Date;
  from_position: number;
  to_position: number;
  seat_ids: string[];
  order_state: string | null;
  recorded: boolean;
}

/** What may have become of a reservation since its passenger was told of it last. */
const LEGAL: Record<Booking['state'], string[]> = {
  HELD: ['ACTIVE'],
  CANCELLED: ['CANCELLED'],
  ORDERED: ['ACTIVE'],
  PAID: ['CONVERTED'],
};

/**
 * Compares what passengers were told with what the database says, when nobody asks for anything any more.
 * @returns what is wrong, one line each
 */
export async function lostOrInvented(db: Client, journal: Journal, trips: string[]): Promise<string[]> {
  const { rows } = await db.query<Row>(
    `SELECT r.id, r.state, r.expires_at, r.from_position, r.to_position, r.seat_ids, o.state AS order_state
     FROM reservations r LEFT JOIN orders o ON o.reservation_id = r.id WHERE r.bookable_id = ANY($1::uuid[])`,
    [trips],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(journal.bookings.map(({ id }) => id));
  return [
    ...journal.bookings.flatMap((booking) => differences(booking, found.get(booking.id))),
    ...rows.filter(({ id }) => !known.has(id)).map(({ id, state }) => `${id} is ${state} and nobody was told of it`),
  ];
}

function differences(booking: Booking, row: Row | undefined): string[] {
  if (!row) return [`${booking.id} was acknowledged as ${booking.state} and is not there`];
  const hasEnded = booking.state !== 'PAID' && booking.state !== 'CANCELLED' && booking.expiresAt <= Date.now();
  const states = hasEnded ? [...LEGAL[booking.state], 'EXPIRED'] : LEGAL[booking.state];
  const wrong: string[] = [];
  const compare = (what: string, is: unknown, told: unknown): void => {
    if (is !== told) wrong.push(`${booking.id}: ${what} is ${String(is)}, told was ${String(told)}`);
  };
  if (!states.includes(row.state)) compare('the state', row.state, `${booking.state}, ${states.join(' or ')}`);
  compare('the seats', row.seat_ids.join(), booking.seatIds.join());
  compare('the end', row.expires_at.getTime(), booking.expiresAt);
  compare('the journey', `${row.from_position}-${row.to_position}`, `${booking.from}-${booking.to}`);
  if (booking.state === 'PAID') compare('the order', row.order_state, 'PAID');
  return wrong;
}

interface Interval {
  booking: Booking;
  from: number;
  to: number;
  surely: [began: number, ended: number];
  perhaps: [began: number, ended: number];
}

/** By trip and seat: who had it when, as the passengers were told. */
function intervals(journal: Journal): Map<string, Interval[]> {
  const bySeat = new Map<string, Interval[]>();
  for (const booking of journal.bookings) {
    const end = booking.state === 'PAID' ? Infinity : booking.expiresAt;
    for (const { seatId, asked, told, leaving = end, left = end } of booking.stays) {
      const key = `${booking.trip}/${seatId}`;
      const { from, to } = booking;
      const interval: Interval = { booking, from, to, surely: [told, leaving], perhaps: [asked, left] };
      bySeat.set(key, [...(bySeat.get(key) ?? []), interval]);
    }
  }
  return bySeat;
}

const overlap = (a: [number, number], b: [number, number]): boolean => a[0] < b[1] && b[0] < a[1];

/** Seats that two passengers were told to have at the same time on the same leg: from what they were told alone. */
export function soldTwice(journal: Journal): string[] {
  const wrong: string[] = [];
  for (const [seat, stays] of intervals(journal)) {
    for (const [index, one] of stays.entries())
      for (const other of stays.slice(index + 1))
        if (
          one.booking !== other.booking &&
          overlap([one.from, one.to], [other.from, other.to]) &&
          overlap(one.surely, other.surely)
        )
          wrong.push(`${seat} was told to ${one.booking.id} and ${other.booking.id}`);
  }
  return wrong;
}

/** A loser in a rush may be answered from what was so a tenth of a second ago. */
const STALE_MS = 150;

/** Refusals although nobody can have had the seat at that time: so a seat was blocked by nobody, or beyond an end. */
export function refusedForNothing(journal: Journal): string[] {
  const bySeat = intervals(journal);
  return journal.refusals.flatMap(({ trip, from, to, seatIds, asked, told }) =>
    seatIds
      .filter(
        (seatId) =>
          !bySeat
            .get(`${trip}/${seatId}`)
            ?.some(
              (stay) => overlap([from, to], [stay.from, stay.to]) && overlap([asked - STALE_MS, told], stay.perhaps),
            ),
      )
      .map((seatId) => `${seatId} of ${trip} was refused at ${new Date(told).toISOString()}, and nobody had it`),
  );
}

/** `npm run audit` on this installation. @returns what it found */
export async function audit(installation: Installation): Promise<string[]> {
  const program = join(process.cwd(), 'dist/apps/cli/src/audit.js');
  const { folder, environment } = installation;
  try {
    await promisify(execFile)(process.execPath, [program], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...environment },
    });
    return [];
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return [`the auditor: ${stdout}${stderr}`];
  }
}
