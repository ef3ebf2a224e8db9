import type { HoldOutcome, HoldRequest, TakenSeat, WantedPlace } from './hold-request.js';
import { settleTiers } from './tier-choices.js';

/** What the database says under its locks, by the keys below. */
export interface HoldFacts {
  now: Date;
  /** Number of the last change of each bookable that could be locked. */
  sequences: Map<string, number>;
  /** Its revision. */
  revisions: Map<string, string>;
  /** Bookables with reservations whose time is up, not recorded yet; known where areas or tiers are wanted. */
  due: Set<string>;
  seats: Map<string, { legs: string; until: number | null }>;
  areas: Map<string, { capacity: number; taken: number[] }>;
  /** Places left of each tier with a quantity. */
  tiers: Map<string, number>;
  replays: Map<string, { reservationId: string; fingerprint: string }>;
  accounts: Map<string, { open: number; places: number }>;
  addresses: Map<string, number>;
}

export const of = (bookableId: string, what: string | number): string => `${bookableId}/${what}`;

/**
 * Decides a batch in the order of arrival: whoever came first is served first, and counts for those after. The facts
 * are brought up to date as requests win.
 */
export function decideHolds(requests: HoldRequest[], facts: HoldFacts): HoldOutcome[] {
  const touched = new Set<string>();
  const keys = new Set<string>();
  return requests.map((request) => {
    const outcome = decide(request, facts, touched, keys);
    if (outcome.kind === 'held') {
      take(request, outcome.places, facts);
      for (const { ordinal } of request.places) if (ordinal !== null) touched.add(of(request.bookableId, ordinal));
      if (request.key) keys.add(request.key);
    }
    return outcome;
  });
}

function decide(request: HoldRequest, facts: HoldFacts, touched: Set<string>, keys: Set<string>): HoldOutcome {
  const { bookableId, key } = request;
  const revision = facts.revisions.get(bookableId);
  if (revision === undefined) return { kind: 'locked' };
  const replay = key === null ? undefined : facts.replays.get(key);
  if (replay) {
    if (replay.fingerprint !== request.fingerprint) return { kind: 'key-reused' };
    return { kind: 'replay', reservationId: replay.reservationId };
  }
  if (key !== null && keys.has(key)) return { kind: 'again' };
  if (revision !== request.revision) return { kind: 'stale' };
  const places = settled(request, facts);
  return (
    takenSeats(request, facts) ??
    fullArea(request, facts) ??
    (Array.isArray(places) ? undefined : places) ??
    exceededLimit(request, facts) ??
    // One row is written once in a batch; its other legs are for the next.
    (request.places.some(({ ordinal }) => ordinal !== null && touched.has(of(bookableId, ordinal)))
      ? { kind: 'again' }
      : { kind: 'held', at: facts.now, places: places as WantedPlace[] })
  );
}

function takenSeats(
  { bookableId, places, legs: { from, to } }: HoldRequest,
  facts: HoldFacts,
): HoldOutcome | undefined {
  const taken: TakenSeat[] = places.flatMap(({ ordinal }) => {
    const seat = ordinal === null ? undefined : facts.seats.get(of(bookableId, ordinal));
    if (!seat || ordinal === null || !/[hs]/.test(seat.legs.slice(from, to))) return [];
    const sold = seat.legs.slice(from, to).includes('s');
    return [{ ordinal, legs: seat.legs, until: sold ? null : seat.until }];
  });
  return taken.length > 0 ? { kind: 'taken', seats: taken } : undefined;
}

function fullArea({ bookableId, places, legs }: HoldRequest, facts: HoldFacts): HoldOutcome | undefined {
  for (const [areaId, wanted] of counted(places, ({ areaId }) => areaId)) {
    const area = facts.areas.get(of(bookableId, areaId));
    const left = area ? area.capacity - Math.max(...area.taken.slice(legs.from, legs.to)) : 0;
    if (wanted > left) return { kind: 'area-full', areaId, left, due: facts.due.has(bookableId) };
  }
  return undefined;
}

/** The places with their tiers, or the first tier that has too few. */
function settled({ bookableId, places }: HoldRequest, facts: HoldFacts): WantedPlace[] | HoldOutcome {
  if (!places.some(({ limited }) => limited)) return places;
  const due = facts.due.has(bookableId);
  const given = settleTiers(places, (tierId) => facts.tiers.get(tierId) ?? 0);
  if (!Array.isArray(given)) return { kind: 'tier-sold-out', ...given, due };
  // By the clock there may be places of an earlier tier: they are freed first.
  const moved = due ? places.find(({ tierId }, index) => given[index]!.tierId !== tierId) : undefined;
  return moved ? { kind: 'tier-sold-out', tierId: moved.tierId, left: 0, due } : given;
}

function exceededLimit(
  { bookableId, userId, address, places, limits }: HoldRequest,
  facts: HoldFacts,
): HoldOutcome | undefined {
  const account = userId === null ? undefined : facts.accounts.get(of(bookableId, userId));
  if (account && account.open >= limits.mostOpenReservations) return { kind: 'limit', limit: 'open' };
  if (places.length + (account?.places ?? 0) > limits.mostPlaces) return { kind: 'limit', limit: 'places' };
  if (address !== null && (facts.addresses.get(of(bookableId, address)) ?? 0) >= limits.mostOpenPerAddress)
    return { kind: 'limit', limit: 'address' };
  return undefined;
}

function take(
  { bookableId, userId, address, legs, holdMs }: HoldRequest,
  places: WantedPlace[],
  facts: HoldFacts,
): void {
  const { from, to } = legs;
  for (const { ordinal, areaId, limited, tierId } of places) {
    const seat = ordinal === null ? undefined : facts.seats.get(of(bookableId, ordinal));
    if (seat) {
      seat.legs = seat.legs.slice(0, from) + 'h'.repeat(to - from) + seat.legs.slice(to);
      seat.until = Math.min(seat.until ?? Infinity, facts.now.getTime() + holdMs);
    }
    const area = areaId === null ? undefined : facts.areas.get(of(bookableId, areaId));
    if (area) for (let leg = from; leg < to; leg += 1) area.taken[leg]! += 1;
    if (limited) facts.tiers.set(tierId, (facts.tiers.get(tierId) ?? 0) - 1);
  }
  const account = userId === null ? undefined : facts.accounts.get(of(bookableId, userId));
  if (account) {
    account.open += 1;
    account.places += places.length;
  }
  if (address !== null) {
    const key = of(bookableId, address);
    facts.addresses.set(key, (facts.addresses.get(key) ?? 0) + 1);
  }
}

/** How many places of each kind. */
export function counted<Place>(places: Place[], key: (place: Place) => string | null): Map<string, number> {
  const counts = new Map<string, number>();
  for (const place of places) {
    const name = key(place);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
