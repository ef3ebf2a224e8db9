import { Injectable } from '@nestjs/common';
import type { LegRange } from '#kernel';
import { Database } from '#platform';
import { counted } from './hold-decisions.js';
import type { WantedPlace } from './hold-request.js';
import { type InventoryChange, InventoryChanges } from './inventory-changes.js';
import {
  CHANGE_AREA,
  FREE_AREAS,
  FREE_SEATS,
  FREE_SOME_SEATS,
  FREE_TIERS,
  LEFT_IN_AREA,
  PROLONG_SEATS,
  REMOVE_PLACE,
  SEATS_NOT_FREE,
  SELL_SEATS,
  TAKE_SEATS,
} from './inventory-statements.js';

/** A reservation whose places are changed; its row is locked by the caller. */
export interface PlaceHolder {
  id: string;
  bookableId: string;
  legs: LegRange;
}

/** A place of a reservation. */
export interface HeldPlace {
  seatId: string | null;
  areaId: string | null;
  tierId: string;
  priceMinor: number;
}

/** What is needed of a place to take it. */
export type TakenPlace = Pick<WantedPlace, 'ordinal' | 'areaId' | 'tierId'>;

export interface PlaceToRemove {
  seatId: string | null;
  areaId: string | null;
  tierId?: string;
}

/** What there was too little of. */
export type Shortage =
  | { kind: 'seats'; ordinals: number[] }
  | { kind: 'area'; areaId: string; left: number }
  | { kind: 'tier'; tierId: string; left: number };

/**
 * Who has which place on which legs, for everything but the batches of new holds. Every method runs in the
 * transaction of its caller, who has locked the reservation first; then the inventory's row is locked, and with it
 * everything below. The changes are told after the commit.
 */
@Injectable()
export class Inventory {
  constructor(
    private readonly database: Database,
    private readonly changes: InventoryChanges,
  ) {}

  /** Locks inventories in the one order, so that several can be changed in one transaction. */
  async lock(bookableIds: string[]): Promise<void> {
    await this.database.query(
      `SELECT FROM inventories WHERE bookable_id = ANY($1::uuid[]) ORDER BY bookable_id FOR NO KEY UPDATE`,
      [bookableIds],
    );
  }

  /**
   * Frees everything that these reservations have. They have just ended, in this transaction: that is what makes sure
   * that the places of areas and tiers are counted back once.
   */
  async free(reservations: { id: string; bookableId: string }[]): Promise<void> {
    const ids = reservations.map(({ id }) => id);
    const bookableIds = [...new Set(reservations.map(({ bookableId }) => bookableId))];
    await this.numbered(bookableIds, () => this.database.query<Changed>(FREE_SEATS, [ids]));
    await this.database.query(FREE_AREAS, [ids]);
    await this.database.query(FREE_TIERS, [ids]);
  }

  /** Frees one place of a reservation and takes it off its list. @returns false when it has no such place */
  async remove({ id, bookableId, legs }: PlaceHolder, { seatId, areaId, tierId }: PlaceToRemove): Promise<boolean> {
    await this.lock([bookableId]);
    const [removed] = await this.database.query<{ tier_id: string; ordinal: number | null }>(REMOVE_PLACE, [
      id,
      seatId,
      areaId,
      tierId ?? null,
    ]);
    if (!removed) return false;
    await this.numbered([bookableId], () =>
      this.database.query<Changed>(FREE_SOME_SEATS, [
        id,
        bookableId,
        removed.ordinal === null ? [] : [removed.ordinal],
      ]),
    );
    if (areaId !== null) await this.changeArea(bookableId, areaId, legs, -1);
    await this.countTier(removed.tier_id, -1);
    return true;
  }

  /** Takes places for a reservation and puts them on its list. @see take */
  async add(holder: PlaceHolder, places: WantedPlace[], until: Date): Promise<Shortage | undefined> {
    const shortage = await this.take(holder, places, until);
    if (shortage) return shortage;
    await this.database.query(
      `UPDATE reservations SET seat_ids = seat_ids || $2::uuid[], area_ids = area_ids || $3::uuid[],
         tier_ids = tier_ids || $4::uuid[], prices = prices || $5::integer[] WHERE id = $1`,
      [
        holder.id,
        places.map(({ seatId }) => seatId),
        places.map(({ areaId }) => areaId),
        places.map(({ tierId }) => tierId),
        places.map(({ priceMinor }) => priceMinor),
      ],
    );
    return undefined;
  }

  /**
   * Takes places for a reservation until a moment, or sold with null: all or nothing.
   * @returns what there is too little of
   */
  async take(
    { id, bookableId, legs }: PlaceHolder,
    places: TakenPlace[],
    until: Date | null,
  ): Promise<Shortage | undefined> {
    await this.lock([bookableId]);
    // Nobody changes any of it before we commit: what is free now is free below.
    const shortage = await this.shortage(bookableId, legs, places);
    if (shortage) return shortage;
    const ordinals = places.flatMap(({ ordinal }) => ordinal ?? []);
    const [change] = await this.numbered([bookableId], () =>
      this.database.query<Changed>(TAKE_SEATS, [id, bookableId, ordinals, legs.from, legs.to, until]),
    );
    if (change?.seats.length !== ordinals.length)
      throw new Error(`seats ${ordinals.join()} of ${bookableId} were free and could not be taken`);
    for (const [areaId, count] of counted(places, (place) => place.areaId))
      await this.changeArea(bookableId, areaId, legs, count);
    for (const [tierId, count] of counted(places, (place) => place.tierId)) await this.countTier(tierId, count);
    return undefined;
  }

  /** Marks every seat that these reservations have as sold. */
  async sell(reservations: { id: string; bookableId: string }[]): Promise<void> {
    const bookableIds = [...new Set(reservations.map(({ bookableId }) => bookableId))];
    await this.numbered(bookableIds, () =>
      this.database.query<Changed>(SELL_SEATS, [reservations.map(({ id }) => id)]),
    );
  }

  /** After its end was moved. */
  async prolong(reservationId: string): Promise<void> {
    await this.database.query(PROLONG_SEATS, [reservationId]);
  }

  /** The places on a reservation's list, in the order they were added. */
  async places(reservationId: string): Promise<HeldPlace[]> {
    return await this.database.query<HeldPlace>(
      `SELECT seat_id AS "seatId", area_id AS "areaId", tier_id AS "tierId", price_minor AS "priceMinor"
       FROM reservation_places WHERE reservation_id = $1 ORDER BY position`,
      [reservationId],
    );
  }

  /** Each leg of each seat, by ordinal: `.` is free. Under the inventory's lock it stays so. */
  async legs(bookableId: string): Promise<string[]> {
    const seats = await this.database.query<{ legs: string }>(
      `SELECT legs FROM seat_cells WHERE bookable_id = $1 ORDER BY ordinal`,
      [bookableId],
    );
    return seats.map(({ legs }) => legs);
  }

  /**
   * Gives the inventories their next number, runs the statement, and tells everybody after the commit. One is locked by
   * its number; several are locked in the one order first.
   */
  private async numbered(bookableIds: string[], work: () => Promise<Changed[]>): Promise<InventoryChange[]> {
    if (bookableIds.length > 1) await this.lock(bookableIds);
    const numbers = await this.database.query<{ id: string; sequence: string }>(
      `UPDATE inventories SET sequence = sequence + 1 WHERE bookable_id = ANY($1::uuid[]) RETURNING bookable_id AS id, sequence`,
      [bookableIds],
    );
    const changes = new Map<string, InventoryChange>(
      numbers.map(({ id, sequence }) => [
        id,
        { bookableId: id, since: Number(sequence) - 1, sequence: Number(sequence), seats: [] },
      ]),
    );
    for (const { bookable_id, ordinal, legs } of await work()) changes.get(bookable_id)?.seats.push({ ordinal, legs });
    this.database.afterCommit(() => this.changes.publish([...changes.values()]));
    return [...changes.values()];
  }

  private async shortage(bookableId: string, legs: LegRange, places: TakenPlace[]): Promise<Shortage | undefined> {
    const seats = await this.database.query<{ ordinal: number }>(SEATS_NOT_FREE, [
      bookableId,
      places.flatMap(({ ordinal }) => ordinal ?? []),
      legs.from,
      legs.to,
    ]);
    if (seats.length > 0) return { kind: 'seats', ordinals: seats.map(({ ordinal }) => ordinal) };
    for (const [areaId, count] of counted(places, (place) => place.areaId)) {
      const [area] = await this.database.query<{ left: number }>(LEFT_IN_AREA, [
        bookableId,
        areaId,
        legs.from,
        legs.to,
      ]);
      const left = area?.left ?? 0;
      if (count > left) return { kind: 'area', areaId, left };
    }
    for (const [tierId, count] of counted(places, (place) => place.tierId)) {
      const [tier] = await this.database.query<{ left: number | null }>(
        `SELECT quantity - taken AS left FROM tiers WHERE id = $1`,
        [tierId],
      );
      if (tier && tier.left !== null && count > tier.left) return { kind: 'tier', tierId, left: tier.left };
    }
    return undefined;
  }

  private async changeArea(bookableId: string, areaId: string, { from, to }: LegRange, by: number): Promise<void> {
    await this.database.query(CHANGE_AREA, [bookableId, areaId, from, to, by]);
  }

  private async countTier(tierId: string, by: number): Promise<void> {
    await this.database.query(`UPDATE tiers SET taken = taken + $2 WHERE id = $1 AND quantity IS NOT NULL`, [
      tierId,
      by,
    ]);
  }
}

interface Changed {
  bookable_id: string;
  ordinal: number;
  legs: string;
}
