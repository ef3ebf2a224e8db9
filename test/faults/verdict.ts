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

/** `npm run audit` on this installation. @returns what it found */
export async function audit({ folder, environment }: Pick<Installation, 'folder' | 'environment'>): Promise<string[]> {
  const program = join(process.cwd(), 'dist/apps/cli/src/audit.js');
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
