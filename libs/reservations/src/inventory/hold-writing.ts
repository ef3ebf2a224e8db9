import { type Element, listed, literal } from './array-literals.js';
import { counted } from './hold-decisions.js';
import type { HoldRequest } from './hold-request.js';
import type { InventoryChange } from './inventory-changes.js';

const TYPES = `
  timestamptz uuid[] bigint[]
  uuid[] uuid[] uuid[] int[] int[] uuid[] text[]
  timestamptz[] text[] text[] text[] text[] text[] text[] text[]
  int[] int[] bigint[]
  uuid[] uuid[] int[] int[] int[]
  uuid[] int[]`
  .trim()
  .split(/\s+/);

/** Answers the legs of the cells as they are now, in the order in which they were given. */
export const WRITE_HOLDS = {
  name: 'write-holds',
  text: `SELECT write_holds(${TYPES.map((type, index) => `$${index + 1}::${type}`).join(', ')}) AS legs`,
};

/** The winners of a batch, laid out for the statement. */
export class HoldsToWrite {
  /** The next number of each bookable; its seats come with the answer. */
  private readonly changes = new Map<string, InventoryChange>();
  /** `request` counts the winners from 1, like PostgreSQL. */
  private readonly cells: { winner: HoldRequest; request: number; ordinal: number }[];

  constructor(
    private readonly winners: HoldRequest[],
    sequences: Map<string, number>,
  ) {
    for (const { bookableId } of winners) {
      const since = sequences.get(bookableId)!;
      this.changes.set(bookableId, { bookableId, since, sequence: since + 1, seats: [] });
    }
    this.cells = winners.flatMap((winner, index) =>
      winner.places.flatMap(({ ordinal }) => (ordinal === null ? [] : [{ winner, request: index + 1, ordinal }])),
    );
  }

  /** As arrays: one element for each bookable, reservation, cell, area and tier. */
  values(now: Date): unknown[] {
    const { winners, cells } = this;
    const changes = [...this.changes.values()];
    const areas = winners.flatMap((winner) =>
      [...counted(winner.places, ({ areaId }) => areaId)].map(([areaId, count]) => ({ winner, areaId, count })),
    );
    const tiers = counted(
      winners.flatMap(({ places }) => places),
      ({ limited, tierId }) => (limited ? tierId : null),
    );
    const column = (value: (winner: HoldRequest) => Element): string => literal(winners.map(value));
    return [
      now,
      literal(changes.map(({ bookableId }) => bookableId)),
      literal(changes.map(({ sequence }) => sequence)),
      column(({ id }) => id),
      column(({ bookableId }) => bookableId),
      column(({ organizationId }) => organizationId),
      column(({ legs }) => legs.from),
      column(({ legs }) => legs.to),
      column(({ userId }) => userId),
      column(({ tokenHash }) => tokenHash),
      column(({ holdMs }) => new Date(now.getTime() + holdMs).toISOString()),
      column(({ address }) => address),
      column(({ key }) => key),
      column(({ fingerprint }) => fingerprint),
      column(({ places }) => listed(places.map(({ seatId }) => seatId))),
      column(({ places }) => listed(places.map(({ areaId }) => areaId))),
      column(({ places }) => listed(places.map(({ tierId }) => tierId))),
      column(({ places }) => listed(places.map(({ priceMinor }) => priceMinor))),
      literal(cells.map(({ request }) => request)),
      literal(cells.map(({ ordinal }) => ordinal)),
      literal(cells.map(({ winner }) => this.changes.get(winner.bookableId)!.sequence)),
      literal(areas.map(({ winner }) => winner.bookableId)),
      literal(areas.map(({ areaId }) => areaId)),
      literal(areas.map(({ winner }) => winner.legs.from)),
      literal(areas.map(({ winner }) => winner.legs.to)),
      literal(areas.map(({ count }) => count)),
      literal([...tiers.keys()]),
      literal([...tiers.values()]),
    ];
  }

  /** What to tell everybody, from the answer. */
  changesWith(legs: string[] | null): InventoryChange[] {
    this.cells.forEach(({ winner, ordinal }, index) =>
      this.changes.get(winner.bookableId)!.seats.push({ ordinal, legs: legs![index]! }),
    );
    return [...this.changes.values()];
  }
}
