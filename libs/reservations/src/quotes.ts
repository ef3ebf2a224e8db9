import { Injectable } from '@nestjs/common';
import { Clock, type LegRange } from '#kernel';
import { badInput, notFound } from '#platform';
import { BookableKind, BookableState, type Tier } from '#catalogue';
import type { TierChoice, WantedPlace } from './inventory/hold-request.js';
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
   * A place for which no tier is named gets the first that is on sale, visible, and has places left; which one that is
   * the inventory decides when it is taken.
   * @param before places that the reservation has already
   * @param unlocked hidden tiers that a promo code has unlocked
   * @throws NotOnSale, LimitExceeded; BAD_USER_INPUT for seats, areas and tiers that are not this bookable's
   */
  price(
    offer: Offer,
    legs: LegRange,
    wish: PlacesInput,
    before: { tierId: string; priceMinor: number }[] = [],
    unlocked: readonly string[] = [],
  ): WantedPlace[] {
    const now = this.clock.now();
    mustBeOnSale(offer, legs, now);
    const visible = offer.tiers.filter(({ hidden, id }) => !hidden || unlocked.includes(id));
    const tiers = visible.filter((tier) => tier.isOnSale(now) && priceOf(offer, tier, legs) !== undefined);
    if (tiers.length === 0) throw new NotOnSale('No price class is on sale here now.');
    const choices = choicesOf(offer, tiers, legs);
    const place = (
      seatId: string | null,
      ordinal: number | null,
      areaId: string | null,
      tierId: string | undefined,
    ): WantedPlace => {
      const tier = tierId === undefined ? tiers[0]! : tierOf(offer, visible, tiers, tierId);
      const priceMinor = priceOf(offer, tier, legs)!;
      const wanted: WantedPlace = {
        seatId,
        ordinal,
        areaId,
        tierId: tier.id,
        limited: tier.quantity !== null,
        priceMinor,
      };
      if (tierId === undefined && choices) wanted.choices = choices;
      return wanted;
    };
    const places = seatsOf(offer, wish).map(({ ordinal, seatId, tierId }) => place(seatId, ordinal, null, tierId));
    for (const { areaId, tierId } of areasOf(offer, wish)) places.push(place(null, null, areaId, tierId));
    if (places.length === 0) throw badInput('Name at least one seat or place.', 'seats');
    checkQuantities(offer.tiers, [...before, ...places]);
    return places;
  }
}

function mustBeOnSale(offer: Offer, legs: LegRange, now: Date): void {
  // A draft is nobody's business: it is not even said that it exists.
  if (offer.bookable.state === BookableState.DRAFT) throw notFound('trip or event', offer.bookable.id);
  const reason = whyNotOnSale(offer, legs, now);
  if (reason !== undefined) throw new NotOnSale(reason);
}

/** Why nothing is sold for this journey, whatever the tier; `undefined` when it is. */
export function whyNotOnSale(
  { bookable, calls }: Pick<Offer, 'bookable' | 'calls'>,
  legs: LegRange,
  now: Date,
): string | undefined {
  if (bookable.state === BookableState.CANCELLED) return `${bookable.title} is cancelled.`;
  if (bookable.state !== BookableState.PUBLISHED) return `${bookable.title} is not on sale.`;
  const isEvent = bookable.kind === BookableKind.EVENT;
  const starts = (!isEvent && calls[legs.from]?.departsAt) || bookable.startsAt;
  return starts <= now ? `${bookable.title} has ${isEvent ? 'begun' : 'left'}.` : undefined;
}

/** The tiers for whoever names none, up to the first that cannot run out; `undefined` when that is the first of all. */
function choicesOf(offer: Offer, tiers: Tier[], legs: LegRange): TierChoice[] | undefined {
  if (tiers.length === 1 || tiers[0]!.quantity === null) return undefined;
  const endless = tiers.findIndex(({ quantity }) => quantity === null);
  return tiers.slice(0, endless === -1 ? undefined : endless + 1).map((tier) => ({
    tierId: tier.id,
    limited: tier.quantity !== null,
    priceMinor: priceOf(offer, tier, legs)!,
    least: tier.minPerOrder,
    most: tier.maxPerOrder,
  }));
}

/** A price class whose sale has ended is a matter of time, not the client's mistake. A hidden one is nobody's business. */
function tierOf(offer: Offer, visible: Tier[], onSale: Tier[], tierId: string): Tier {
  const tier = visible.find(({ id }) => id === tierId.toLowerCase());
  if (!tier) throw badInput(`${offer.bookable.title} has no tier ${tierId}.`, 'tierId');
  if (!onSale.includes(tier)) throw new NotOnSale(`${tier.name} is not on sale here now.`);
  return tier;
}

function seatsOf(
  { bookable, layout }: Offer,
  { seats = [] }: PlacesInput,
): { ordinal: number; seatId: string; tierId?: string }[] {
  if (seats.length > 1 && new Set(seats.map(({ seatId }) => seatId.toLowerCase())).size < seats.length)
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

function checkQuantities(
  tiers: Tier[],
  places: { tierId: string; priceMinor: number; choices?: readonly TierChoice[] }[],
): void {
  const dearest = ({ priceMinor, choices }: (typeof places)[number]): number =>
    choices ? Math.max(...choices.map((choice) => choice.priceMinor)) : priceMinor;
  if (places.reduce((total, place) => total + dearest(place), 0) > LARGEST_TOTAL_MINOR) {
    throw new LimitExceeded('This is too much for one payment. Reserve fewer places.');
  }
  for (const tier of tiers) {
    let count = 0;
    for (const { tierId } of places) if (tierId === tier.id) count += 1;
    if (count > tier.maxPerOrder)
      throw new LimitExceeded(`At most ${tier.maxPerOrder} places of ${tier.name} in one order.`);
    if (count > 0 && count < tier.minPerOrder)
      throw new LimitExceeded(`At least ${tier.minPerOrder} places of ${tier.name} in one order.`);
  }
}
