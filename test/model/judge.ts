import { type Booking, type Ticket, type Wanted, open } from './book.js';
import { CAP_MINUTES, HOLD_MINUTES, MOST_EXTENSIONS, type Market } from './market.js';
import type { Operation, Round } from './round.js';

const MINUTE = 60_000;
/** So long an application may answer from its memory of a refusal. */
const MEMORY_MS = 100;

export interface Verdict {
  violations: string[];
  /** Refusals that were right a moment before: answered from the memory of another one. */
  fromMemory: number;
}

/**
 * Is there an order in which every answer is right? An operation took effect at some moment between question and
 * answer: what was given must be free of whatever others certainly had, and what was refused must be something that
 * others may have had.
 */
export function judge(round: Round): Verdict {
  const verdict: Verdict = { violations: overlaps(round), fromMemory: 0 };
  for (const operation of round.operations) {
    const wrong = wrongIn(round, operation, verdict);
    if (wrong) verdict.violations.push(`${describe(operation)}: ${wrong}`);
  }
  return verdict;
}

/** Looked at in each step in which something was given: certain holders become more only then. */
function overlaps(round: Round): string[] {
  const found = new Set<string>();
  for (const { places } of round.book.bookings.values())
    for (const { slots, held, sold } of places)
      for (const slot of slots)
        for (const step of [held.end, ...(sold ? [sold.end] : [])]) {
          const holders = round.certain(slot, step);
          if (holders.length > round.book.capacity.get(slot)!)
            found.add(`${slot} is given to ${holders.map(({ booking }) => booking.id).join(', ')} in step ${step}`);
        }
  return [...found];
}

function wrongIn(round: Round, operation: Operation, verdict: Verdict): string | undefined {
  const { plan, answer } = operation;
  if (answer.name === 'ERROR') return `failed: ${String(answer.error)}`;
  switch (plan.kind) {
    case 'advance':
    case 'sweep':
      return answer.name === 'done' ? undefined : 'cannot be refused';
    case 'repeat':
      return answer.reservation?.id === plan.booking.id || answer.name === 'BUSY'
        ? undefined
        : `repeats ${plan.booking.id}, and got another answer`;
    case 'reserve':
      return answer.name === 'done'
        ? // The second answer to one request shows the reservation as others may have changed it meanwhile.
          plan.twice
          ? undefined
          : wrongReservation(operation, plan.wanted)
        : unjustified(round, operation, plan.market, plan.from, plan.to, plan.wanted, verdict);
    case 'add': {
      const { market, from, to } = plan.booking;
      return (
        wrongState(round, operation, plan.booking) ??
        (isShortage(answer.name)
          ? unjustified(round, operation, market, from, to, plan.wanted, verdict)
          : unknown(answer.name, 'ReservationEnded', 'AlreadyCheckedOut'))
      );
    }
    case 'remove':
      if (answer.name === 'BAD_USER_INPUT')
        return mayBeGone(round, operation, plan.booking, plan.wanted[0]!) ? undefined : 'it has the place';
      return (
        wrongState(round, operation, plan.booking) ?? unknown(answer.name, 'ReservationEnded', 'AlreadyCheckedOut')
      );
    case 'extend':
      if (answer.name === 'LimitExceeded')
        return mayBeSpent(round, operation, plan.booking) ? undefined : 'it may still be extended';
      return wrongState(round, operation, plan.booking) ?? unknown(answer.name, 'ReservationEnded');
    case 'cancel': {
      // Cancelled or given back place by place before: asked again it answers the same.
      const others = (['cancel', 'remove', 'give-back'] as const).flatMap((kind) =>
        round.others(operation, plan.booking, kind),
      );
      const again = operation.placesBefore.length === 0 || others.length > 0;
      return again && answer.name === 'done'
        ? undefined
        : (wrongState(round, operation, plan.booking) ?? unknown(answer.name, 'ReservationEnded'));
    }
    case 'check-out':
      return wrongState(round, operation, plan.booking) ?? unknown(answer.name, 'ReservationEnded');
    case 'pay':
      return wrongPayment(round, operation, plan.booking);
    case 'give-back': {
      const before = plan.ticket.givenBack;
      if (answer.name === 'TicketNotValid')
        return before && before.begin <= operation.span.end ? undefined : 'the ticket is valid';
      return before === operation.span ? unknown(answer.name) : 'the ticket was given back twice';
    }
  }
}

const isShortage = (name: string): boolean => ['SeatTaken', 'AreaFull', 'TierSoldOut'].includes(name);

const unknown = (name: string, ...known: string[]): string | undefined =>
  ['done', 'BUSY', ...known].includes(name) ? undefined : 'is no answer to this';

function wrongReservation({ answer, clock }: Operation, wanted: Wanted[]): string | undefined {
  const { seatIds, areaIds, tierIds, expiresAt } = answer.reservation!;
  const got = tierIds.map((tierId, index) => ({ seatId: seatIds[index], areaId: areaIds[index], tierId }));
  if (sorted(got) !== sorted(wanted)) return 'got other places than it wanted';
  const end = expiresAt.getTime() - HOLD_MINUTES * MINUTE;
  return end < clock.begin || end > clock.end ? 'ends at another time' : undefined;
}

const sorted = (places: Partial<Wanted>[]): string =>
  places
    .map(({ seatId, areaId, tierId }) => `${seatId} ${areaId} ${tierId}`)
    .toSorted()
    .join();

/** Somebody may have had too much of what was wanted. The other half of a request that was sent twice is nobody. */
function unjustified(
  round: Round,
  operation: Operation,
  market: Market,
  from: number,
  to: number,
  wanted: Wanted[],
  verdict: Verdict,
): string | undefined {
  const { name, seatIds } = operation.answer;
  if (name === 'BUSY') return undefined;
  if (!isShortage(name)) return 'is no answer to this';
  const twin = twinOf(round, operation);
  const slotsOf = (place: Wanted): string[] => round.book.slots(market, from, to, place);
  const legsOf = (place: Wanted): string[] => slotsOf(place).filter((slot) => slot !== place.tierId);
  const count = (slot: string): number => round.possible(slot, operation.span, twin).length;
  if (name === 'SeatTaken') {
    const strangers = seatIds!.filter((id) => !wanted.some(({ seatId }) => seatId === id));
    if (strangers.length > 0 || seatIds!.length === 0) return 'names seats that were not wanted';
    const free = wanted.filter(
      (place) => seatIds!.includes(place.seatId!) && legsOf(place).every((slot) => count(slot) < 1),
    );
    if (free.length === 0) return undefined;
    const wrong = free.find((place) => !isRemembered(round, operation, place.seatId!, legsOf(place)));
    if (wrong) return `seat ${wrong.seatId} was free: ${stories(round, legsOf(wrong))}`;
    verdict.fromMemory += 1;
    return undefined;
  }
  const slots = wanted.flatMap(
    name === 'AreaFull' ? (place) => (place.areaId ? legsOf(place) : []) : (place) => place.tierId,
  );
  const isFull = slots.some((slot) => {
    const capacity = round.book.capacity.get(slot);
    return capacity !== undefined && count(slot) + slots.filter((other) => other === slot).length > capacity;
  });
  return isFull ? undefined : `there was enough: ${stories(round, slots)}`;
}

function twinOf(round: Round, { plan }: Operation): Booking | undefined {
  if (plan.kind !== 'reserve') return undefined;
  return [...round.book.bookings.values()].find(({ key }) => key === plan.key);
}

/** The application was told by the database, at most a tenth of a second ago, that somebody had the seat. */
function isRemembered(round: Round, operation: Operation, seatId: string, legs: string[]): boolean {
  return round.operations.some(
    (other) =>
      other !== operation &&
      (other.plan.kind === 'reserve' || other.plan.kind === 'repeat') &&
      other.desk === operation.desk &&
      // A repeated request that is refused gets its first answer; what it was refused for is remembered all the same.
      (other.answer.name === 'SeatTaken' ? other.answer.seatIds! : wantedSeats(other.plan.wanted)).includes(seatId) &&
      other.span.begin < operation.span.end &&
      other.endedMs >= operation.beganMs - MEMORY_MS &&
      legs.some((slot) => round.possible(slot, other.span).length > 0),
  );
}

const wantedSeats = (wanted: Wanted[]): string[] => wanted.flatMap(({ seatId }) => seatId ?? []);

/** What the state of a reservation allows, for requests that need it open. */
function wrongState(round: Round, operation: Operation, booking: Booking): string | undefined {
  const { span, clock, answer, endBefore } = operation;
  const { cancelled, paid, ordered } = booking;
  const latest = Math.max(
    endBefore,
    ...round.others(operation, booking, 'extend').map(({ answer }) => answer.reservation!.expiresAt.getTime()),
  );
  if (answer.name === 'ReservationEnded') {
    const mayHaveEnded =
      [cancelled, paid].some((ending) => ending && ending.begin <= span.end) || clock.end >= endBefore;
    return mayHaveEnded || mayBeEmpty(round, operation, booking) ? undefined : 'it has not ended';
  }
  const needsOpen = ['add', 'remove'].includes(operation.plan.kind);
  if (answer.name === 'AlreadyCheckedOut')
    return ordered && ordered.begin <= span.end ? undefined : 'nobody checked out';
  if (answer.name !== 'done') return undefined;
  if (cancelled && cancelled.end < span.begin) return 'it was cancelled before';
  if (paid && paid.end < span.begin) return 'it was paid before';
  if (needsOpen && ordered && ordered.end < span.begin) return 'it was checked out before';
  return clock.begin >= latest ? 'its time was up' : undefined;
}

/** Its last place was taken off. */
function mayBeEmpty(round: Round, operation: Operation, booking: Booking): boolean {
  return open(booking).length === 0 && round.others(operation, booking, 'remove').length > 0;
}

function mayBeGone(round: Round, operation: Operation, booking: Booking, wanted: Wanted): boolean {
  const same = (place: Wanted): boolean =>
    place.seatId === wanted.seatId && place.areaId === wanted.areaId && place.tierId === wanted.tierId;
  const there = operation.placesBefore.filter(same).length;
  const removed = round
    .others(operation, booking, 'remove')
    .filter(({ plan, span }) => plan.kind === 'remove' && same(plan.wanted[0]!) && span.end >= operation.span.begin);
  return there - removed.length <= 0;
}

function mayBeSpent(round: Round, operation: Operation, booking: Booking): boolean {
  const others = round.others(operation, booking, 'extend').filter(({ span }) => span.end >= operation.span.begin);
  const latest = Math.max(operation.endBefore, ...others.map(({ answer }) => answer.reservation!.expiresAt.getTime()));
  const end = Math.min(operation.clock.begin + HOLD_MINUTES * MINUTE, booking.createdAt + CAP_MINUTES * MINUTE);
  return operation.extensionsBefore + others.length >= MOST_EXTENSIONS || end <= latest;
}

function wrongPayment(round: Round, operation: Operation, booking: Booking): string | undefined {
  const { answer, span, clock, endBefore } = operation;
  if (answer.name !== 'done') return 'the provider is told that it failed';
  const { cancelled } = booking;
  if (answer.order!.state === 'PAID')
    return cancelled && cancelled.end < span.begin && !booking.paid ? 'cancelled' : undefined;
  if (answer.order!.state !== 'REFUNDED') return `the order is ${answer.order!.state}`;
  if (cancelled && cancelled.begin <= span.end) return undefined;
  if (clock.end < endBefore) return 'it was paid in time, and paid back';
  // Told more than once at the same time, the provider gets the answer of whoever came first.
  const payments = round.others(operation, booking, 'pay').map((other) => other.span.begin);
  const sinceFirst = { begin: Math.min(span.begin, ...payments), end: span.end };
  const own = booking.places.flatMap(({ slots }) => slots);
  const isShort = own.some((slot) => {
    const needed = own.filter((other) => other === slot).length;
    return round.possible(slot, sinceFirst, booking).length + needed > round.book.capacity.get(slot)!;
  });
  return isShort ? undefined : `all its places were free, and it was paid back: ${stories(round, own)}`;
}

const stories = (round: Round, slots: string[]): string =>
  [...new Set(slots)].map((slot) => round.story(slot)).join('; ');

function describe({ plan, answer, span, desk, clock }: Operation): string {
  const { seatIds, left, reservation } = answer;
  const asked = Object.entries(plan).map(([key, value]: [string, unknown]) => {
    if (key === 'market') return `of ${(value as Market).bookableId}`;
    if (key === 'booking') return `reservation ${(value as Booking).id}`;
    if (key === 'wanted')
      return (value as Wanted[]).map((place) => `${place.seatId ?? place.areaId} as ${place.tierId}`).join(' and ');
    if (key === 'ticket') return `ticket ${(value as Ticket).id}`;
    return `${key} ${String(value)}`;
  });
  const got = JSON.stringify({ seatIds, left, reservation: reservation?.id });
  const time = `steps ${span.begin} to ${span.end}, clock ${clock.begin} to ${clock.end}, application ${desk}`;
  return `${asked.join(', ')} (${time}) → ${answer.name} ${got}`;
}
