import type { LegRange } from '#kernel';
import type { Organization } from '#catalogue';
import type { SeatLegs } from './inventory-changes.js';

/** A tier that a place may have, in the order in which they are taken. */
export interface TierChoice {
  tierId: string;
  /** The tier has a quantity, so its places are counted. */
  limited: boolean;
  priceMinor: number;
  /** So few and so many in one order. */
  least: number;
  most: number;
}

/** A place that is wanted, with the price that was agreed for it: a seat, or one place in an area. */
export interface WantedPlace {
  seatId: string | null;
  /** Of the seat, in its seat map. */
  ordinal: number | null;
  areaId: string | null;
  tierId: string;
  /** The tier has a quantity, so its places are counted. */
  limited: boolean;
  priceMinor: number;
  /**
   * The passenger named no tier, and the first may run out: all that it may have, the same for all such places of a
   * request. The tier above is the first of them, until it is decided under the inventory's lock.
   */
  choices?: readonly TierChoice[];
}

/** How much one passenger may have of one bookable. */
type HoldLimits = Pick<Organization, 'mostOpenReservations' | 'mostOpenPerAddress' | 'mostPlaces'>;

/** A reservation to be made, all or nothing. */
export interface HoldRequest {
  id: string;
  bookableId: string;
  organizationId: string;
  /** Of the catalogue, as it was priced. */
  revision: string;
  legs: LegRange;
  userId: string | null;
  /** Keyed hash of the address of somebody without an account. */
  address: string | null;
  tokenHash: string;
  /** From the moment at which it is made. */
  holdMs: number;
  /** Idempotency: key with its scope, hashed; and what is asked with it. */
  key: string | null;
  fingerprint: string | null;
  places: WantedPlace[];
  limits: HoldLimits;
}

/** A seat that somebody else has, and when he may lose it: milliseconds since 1970; null when it is sold. */
export interface TakenSeat extends SeatLegs {
  until: number | null;
}

/** What becomes of a request. */
export type HoldOutcome =
  /** The places with the tiers that they got. */
  | { kind: 'held'; at: Date; places: WantedPlace[] }
  /** The key was used for the same request before. */
  | { kind: 'replay'; reservationId: string }
  | { kind: 'key-reused' }
  /** The catalogue has changed since it was priced. */
  | { kind: 'stale' }
  /** Somebody is changing this bookable right now; it has no inventory when it was waited for. */
  | { kind: 'locked' }
  /** It must wait for another request of the same batch. */
  | { kind: 'again' }
  | { kind: 'taken'; seats: TakenSeat[] }
  /** `due`: some have ended by the clock, and nobody has recorded it. */
  | { kind: 'area-full'; areaId: string; left: number; due: boolean }
  | { kind: 'tier-sold-out'; tierId: string; left: number; due: boolean }
  | { kind: 'limit'; limit: 'open' | 'address' | 'places' }
  /** Only this one of its batch. */
  | { kind: 'failed'; error: unknown };
