import type { PoolClient } from 'pg';
import { literal } from './array-literals.js';
import { type HoldFacts, of } from './hold-decisions.js';
import type { HoldRequest } from './hold-request.js';

const READ_FOR_HOLDS = {
  name: 'read-for-holds',
  text: `SELECT locked, sequences, revisions, due, seat_legs, seat_until, area_taken, area_capacities, tier_left, replay_keys, replay_ids,
           replay_fingerprints, account_open, account_places, address_open
         FROM read_for_holds($1, $2, $3::uuid[], $4::uuid[], $5::int[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[],
           $10::uuid[], $11::uuid[], $12::uuid[], $13::text[])`,
};

/** Arrays that are aligned with what was asked for; null where nothing was asked. */
interface Row {
  locked: string[] | null;
  sequences: string[] | null;
  revisions: string[] | null;
  due: boolean[] | null;
  seat_legs: (string | null)[] | null;
  seat_until: (string | null)[] | null;
  area_taken: (string | null)[] | null;
  area_capacities: number[] | null;
  tier_left: (number | null)[] | null;
  replay_keys: string[] | null;
  replay_ids: string[] | null;
  replay_fingerprints: string[] | null;
  account_open: number[] | null;
  account_places: number[] | null;
  address_open: number[] | null;
}

/** Pairs without repeats. */
class Pairs {
  readonly bookables: string[] = [];
  readonly others: (string | number)[] = [];
  private readonly seen = new Set<string>();

  add(bookableId: string, other: string | number): void {
    const key = of(bookableId, other);
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.bookables.push(bookableId);
    this.others.push(other);
  }

  keys(): string[] {
    return this.bookables.map((bookableId, index) => of(bookableId, this.others[index]!));
  }
}

/** What must be known to decide a batch. */
interface Wanted {
  bookables: Set<string>;
  seats: Pairs;
  areas: Pairs;
  tiers: Set<string>;
  keys: string[];
  accounts: Pairs;
  addresses: Pairs;
}

export function wantedOf(requests: HoldRequest[]): Wanted {
  const wanted: Wanted = {
    bookables: new Set(),
    seats: new Pairs(),
    areas: new Pairs(),
    tiers: new Set(),
    keys: [],
    accounts: new Pairs(),
    addresses: new Pairs(),
  };
  for (const { bookableId, places, key, userId, address } of requests) {
    wanted.bookables.add(bookableId);
    for (const { ordinal, areaId, limited, tierId, choices } of places) {
      if (ordinal !== null) wanted.seats.add(bookableId, ordinal);
      if (areaId !== null) wanted.areas.add(bookableId, areaId);
      if (limited) wanted.tiers.add(tierId);
      if (choices) for (const choice of choices) if (choice.limited) wanted.tiers.add(choice.tierId);
    }
    if (key !== null) wanted.keys.push(key);
    if (userId !== null) wanted.accounts.add(bookableId, userId);
    if (address !== null) wanted.addresses.add(bookableId, address);
  }
  return wanted;
}

/** Locks the inventories and reads, in one round trip. */
export async function factsFor(client: PoolClient, wanted: Wanted, now: Date, wait: boolean): Promise<HoldFacts> {
  const tiers = [...wanted.tiers];
  const { rows } = await client.query<Row>({
    ...READ_FOR_HOLDS,
    values: [
      now,
      wait,
      literal([...wanted.bookables]),
      literal(wanted.seats.bookables),
      literal(wanted.seats.others),
      literal(wanted.areas.bookables),
      literal(wanted.areas.others),
      literal(tiers),
      literal(wanted.keys),
      literal(wanted.accounts.bookables),
      literal(wanted.accounts.others),
      literal(wanted.addresses.bookables),
      literal(wanted.addresses.others),
    ],
  });
  const row = rows[0]!;
  return {
    now,
    sequences: zip(row.locked ?? [], (index) => Number(row.sequences![index])),
    revisions: zip(row.locked ?? [], (index) => row.revisions![index]!),
    due: new Set((row.locked ?? []).filter((_, index) => row.due?.[index])),
    seats: zip(wanted.seats.keys(), (index) => {
      const until = row.seat_until![index] ?? null;
      return { legs: row.seat_legs![index] ?? '', until: until === null ? null : Number(until) };
    }),
    areas: zip(wanted.areas.keys(), (index) => ({
      capacity: row.area_capacities![index] ?? 0,
      taken: (row.area_taken![index] ?? '').split(',').map(Number),
    })),
    tiers: zip(tiers, (index) => row.tier_left![index] ?? 0),
    replays: zip(row.replay_keys ?? [], (index) => ({
      reservationId: row.replay_ids![index]!,
      fingerprint: row.replay_fingerprints![index]!,
    })),
    accounts: zip(wanted.accounts.keys(), (index) => ({
      open: row.account_open![index]!,
      places: row.account_places![index]!,
    })),
    addresses: zip(wanted.addresses.keys(), (index) => row.address_open![index]!),
  };
}

function zip<T>(keys: string[], value: (index: number) => T): Map<string, T> {
  return new Map(keys.map((key, index) => [key, value(index)]));
}
