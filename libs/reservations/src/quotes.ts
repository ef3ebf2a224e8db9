import { Injectable } from '@nestjs/common';
import { Clock, type LegRange } from '#kernel';
import { badInput, notFound } from '#platform';
import { BookableKind, BookableState, type Tier } from '#catalogue';
import type { WantedPlace } from './inventory/hold-request.js';
import { type Offer, priceOf } from './inventory/offers.js';
import { LimitExceeded, NotOnSale } from './reservation.refusals.js';
import type { PlacesInput } from './reservation.inputs.js';

/** What an Int of GraphQL and an integer of PostgreSQL can hold. */
const LARGEST_TOTAL_MINOR = 2_147_483_647;

/** What places cost, and whether they are sold at all. */
@Injectable()
export class Quotes {
  constructor(private readonly clock: Clock) {}

  /**
   * @param before places that the reservation has already
   * @throws NotOnSale, LimitExceeded; BAD_USER_INPUT for seats, areas and tiers that are not this bookable's
   */
  price(
    offer: Offer,
    legs: LegRange,
    wish: PlacesInput,
    before: { tierId: string; priceMinor: number }[] = [],
  ): WantedPlace[] {
    const now = this.clock.now();
    mustBeOnSale(offer, legs, now);
    const tiers = offer.tiers.filter((tier) => tier.isOnSale(now) && priceOf(offer, tier, legs) !== undefined);
    if (tiers.length === 0) throw new NotOnSale('No price class is on sale here now.');
    const place = (what: Pick<WantedPlace, 'seatId' | 'ordinal' | 'areaId'>, tierId?: string): WantedPlace => {
      const tier = tierId === undefined ? tiers[0]! : tierOf(offer, tiers, tierId);
      return { ...what, tierId: tier.id, limited: tier.quantity !== null, priceMinor: priceOf(offer, tier, legs)! };
    };
    const places = [
      ...seatsOf(offer, wish).map(({ ordinal, seatId, tierId }) => place({ seatId, ordinal, areaId: null }, tierId)),
      ...areasOf(offer, wish).map(({ areaId, tierId }) => place({ seatId: null, ordinal: null, areaId }, tierId)),
    ];
    if (places.length === 0) throw badInput('Name at least one seat or place.', 'seats');
    checkQuantities(offer.tiers, [...before, ...places]);
    return places;
  }
}

function mustBeOnSale({ bookable, calls }: Offer, legs: LegRange, now: Date): void {
  if (bookable.state === BookableState.CANCELLED) throw new NotOnSale(`${bookable.title} is cancelled.`);
  // A draft is nobody's business: it is not even said that it exists.
  if (bookable.state === BookableState.DRAFT) throw notFound('trip or event', bookable.id);
  if (bookable.state !== BookableState.PUBLISHED) throw new NotOnSale(`${bookable.title} is not on sale.`);
  const isEvent = bookable.kind === BookableKind.EVENT;
  const starts = (!isEvent && calls[legs.from]?.departsAt) || bookable.startsAt;
  if (starts <= now) throw new NotOnSale(`${bookable.title} has ${isEvent ? 'begun' : 'left'}.`);
}

/** A price class whose sale has ended is a matter of time, not the client's mistake. */
function tierOf(offer: Offer, onSale: Tier[], tierId: string): Tier {
  const tier = offer.tiers.find(({ id }) => id === tierId.toLowerCase());
  if (!tier) throw badInput(`${offer.bookable.title} has no tier ${tierId}.`, 'tierId');
  if (!onSale.includes(tier)) throw new NotOnSale(`${tier.name} is not on sale here now.`);
  return tier;
}

function seatsOf(
  { bookable, layout }: Offer,
  { seats = [] }: PlacesInput,
): { ordinal: number; seatId: string; tierId?: string }[] {
  if (new Set(seats.map(({ seatId }) => seatId.toLowerCase())).size < seats.length)
    throw badInput('A seat is named twice.', 'seats');
  return seats.map(({ seatId, tierId }) => {
    const seat = layout.seatsById.get(seatId.toLowerCase());
    if (!seat) throw badInput(`${bookable.title} has no seat ${seatId}.`, 'seats.seatId');
    return { ordinal: seat.ordinal, seatId: seat.id, tierId };
  });
}

function areasOf({ bookable, layout }: Offer, { areas = [] }: PlacesInput): { areaId: string; tierId?: string }[] {
  return areas.flatMap(({ areaId, count, tierId }) => {
    const area = layout.areas.get(areaId.toLowerCase());
    if (!area) throw badInput(`${bookable.title} has no area ${areaId}.`, 'areas.areaId');
    return Array.from({ length: count }, () => ({ areaId: area.id, tierId }));
  });
}

function checkQuantities(tiers: Tier[], places: { tierId: string; priceMinor: number }[]): void {
  if (places.reduce((total, { priceMinor }) => total + priceMinor, 0) > LARGEST_TOTAL_MINOR) {
    throw new LimitExceeded('This is too much for one payment. Reserve fewer places.');
  }
  for (const tier of tiers) {
    const count = places.filter(({ tierId }) => tierId === tier.id).length;
    if (count > tier.maxPerOrder)
      throw new LimitExceeded(`At most ${tier.maxPerOrder} places of ${tier.name} in one order.`);
    if (count > 0 && count < tier.minPerOrder)
      throw new LimitExceeded(`At least ${tier.minPerOrder} places of ${tier.name} in one order.`);
  }
}
