import type { Booking, Journal, Refused, Stay } from './journal.js';

/** A seat that a passenger had, as he was told. */
interface Had extends Stay {
  booking: Booking;
  /** When he had it surely, and when perhaps: an answer under way is one or the other. */
  surely: Span;
  perhaps: Span;
}

type Span = [began: number, ended: number];

const overlap = (a: Span, b: Span): boolean => a[0] < b[1] && b[0] < a[1];

const shareLegs = (a: { from: number; to: number }, b: { from: number; to: number }): boolean =>
  overlap([a.from, a.to], [b.from, b.to]);

/** By trip and seat. */
function stays(journal: Journal, staleMs = 0): Map<string, Had[]> {
  const bySeat = new Map<string, Had[]>();
  for (const booking of journal.bookings) {
    const { trip, state, expiresAt, endMovedAt = 0 } = booking;
    const end = state === 'PAID' ? Infinity : expiresAt;
    for (const stay of booking.stays) {
      const { seatId, asked, told, leaving = end, left } = stay;
      const key = `${trip}/${seatId}`;
      const atLast = left === undefined ? Math.max(end, endMovedAt + staleMs) : left + staleMs;
      const had: Had = { ...stay, booking, surely: [told, leaving], perhaps: [asked, atLast] };
      bySeat.set(key, [...(bySeat.get(key) ?? []), had]);
    }
  }
  return bySeat;
}

/** Seats that two passengers were told to have at the same time on the same leg. */
export function soldTwice(journal: Journal): string[] {
  return [...stays(journal)].flatMap(([seat, all]) =>
    all.flatMap((one, index) =>
      all
        .slice(index + 1)
        .filter(
          (other) =>
            other.booking !== one.booking && shareLegs(one.booking, other.booking) && overlap(one.surely, other.surely),
        )
        .map((other) => `${seat} was told to ${one.booking.id} and ${other.booking.id}`),
    ),
  );
}

/**
 * Refusals although nobody can have had the seat at that time: so a seat was blocked by nobody, or beyond an end.
 * @param staleMs for so long after a seat was given back a refusal may come from memory; after an end by the clock never
 */
export function refusedForNothing(journal: Journal, staleMs: number): string[] {
  const bySeat = stays(journal, staleMs);
  return journal.refusals.flatMap((refusal) =>
    refusal.seatIds.flatMap((seatId) => {
      const had = (bySeat.get(`${refusal.trip}/${seatId}`) ?? []).filter(({ booking }) => shareLegs(refusal, booking));
      const isRight = had.some(({ perhaps }) => overlap([refusal.asked, refusal.told], perhaps));
      return isRight ? [] : [`${seatId} of ${refusal.trip} was refused and nobody had it, ${when(refusal, had)}`];
    }),
  );
}

function when({ asked, told }: Refused, had: Had[]): string {
  const last = had
    .filter(({ perhaps: [, ended] }) => ended <= asked)
    .toSorted((a, b) => b.perhaps[1] - a.perhaps[1])[0];
  const answered = `answered at ${new Date(told).toISOString()} after ${told - asked} ms`;
  if (!last) return `never before; ${answered}`;
  const { id, expiresAt, endMovedAt } = last.booking;
  const ago =
    last.left === undefined
      ? `${asked - expiresAt} ms after the end of ${id}, which was set ${asked - (endMovedAt ?? 0)} ms ago`
      : `${asked - last.left} ms after it was given back by ${id}`;
  return `${ago}; ${answered}`;
}
