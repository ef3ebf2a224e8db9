import { Injectable } from '@nestjs/common';
import { Clock, type LegRange } from '#kernel';
import { badInput, notFound } from '#platform';
import {
  type Bookable,
  BookableState,
  BookablesService,
  type PricedTier,
  PricesService,
  SeatMapsService,
} from '#catalogue';
import { LimitExceeded, NotOnSale } from './reservation.refusals.js';
import type { SeatRequest } from './reservation.inputs.js';
import type { WantedSeat } from './seat-claims.js';

/** What an Int of GraphQL and an integer of PostgreSQL can hold. */
const LARGEST_TOTAL_MINOR = 2_147_483_647;

/** What seats cost, and whether they are sold at all. */
@Injectable()
export class Quotes {
  constructor(
    private readonly clock: Clock,
    private readonly bookables: BookablesService,
    private readonly prices: PricesService,
    private readonly seatMaps: SeatMapsService,
  ) {}

  /** @throws NotOnSale, LimitExceeded; BAD_USER_INPUT for seats and tiers that are not this bookable's */
  async price(bookable: Bookable, legs: LegRange, requests: SeatRequest[]): Promise<WantedSeat[]> {
    await this.mustBeOnSale(bookable, legs);
    const seats = new Set((await this.seatMaps.seats(bookable.seatMapId)).map(({ id }) => id));
    if (new Set(requests.map(({ seatId }) => seatId)).size < requests.length)
      throw badInput('A seat is named twice.', 'seats');
    const unknown = requests.find(({ seatId }) => !seats.has(seatId));
    if (unknown) throw badInput(`${bookable.title} has no seat ${unknown.seatId}.`, 'seats.seatId');
    const tiers = await this.prices.onSale(bookable.id, legs);
    const first = tiers[0];
    if (!first) throw new NotOnSale('No price class is on sale for this journey.');
    const wanted = requests.map(({ seatId, tierId }) => {
      const priced = tierId === undefined ? first : tiers.find(({ tier }) => tier.id === tierId);
      if (!priced) throw badInput(`The tier ${tierId} is not on sale here.`, 'seats.tierId');
      return { seatId, tierId: priced.tier.id, priceMinor: priced.priceMinor };
    });
    checkQuantities(tiers, wanted);
    return wanted;
  }

  private async mustBeOnSale(bookable: Bookable, legs: LegRange): Promise<void> {
    if (bookable.state === BookableState.CANCELLED) throw new NotOnSale(`${bookable.title} is cancelled.`);
    // A draft is nobody's business: it is not even said that it exists.
    if (bookable.state === BookableState.DRAFT) throw notFound('trip or event', bookable.id);
    if (bookable.state !== BookableState.PUBLISHED) throw new NotOnSale(`${bookable.title} is not on sale.`);
    if ((await this.bookables.boardingTime(bookable, legs)) <= this.clock.now())
      throw new NotOnSale(`${bookable.title} has left.`);
  }
}

function checkQuantities(tiers: PricedTier[], wanted: WantedSeat[]): void {
  if (wanted.reduce((total, { priceMinor }) => total + priceMinor, 0) > LARGEST_TOTAL_MINOR) {
    throw new LimitExceeded('This is too much for one payment. Reserve fewer seats.');
  }
  for (const { tier } of tiers) {
    const count = wanted.filter(({ tierId }) => tierId === tier.id).length;
    if (count > tier.maxPerOrder)
      throw new LimitExceeded(`At most ${tier.maxPerOrder} seats of ${tier.name} in one order.`);
    if (count > 0 && count < tier.minPerOrder)
      throw new LimitExceeded(`At least ${tier.minPerOrder} seats of ${tier.name} in one order.`);
  }
}
