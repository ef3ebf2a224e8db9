import { Injectable } from '@nestjs/common';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Clock, type LegRange, localDateTime } from '#kernel';
import { type Bookable, BookableKind, BookablesService, type Tier } from '#catalogue';
import { type Availability, AvailabilityService } from './availability.js';
import { Offers, priceOf } from './inventory/offers.js';
import { TierCounts } from './inventory/tier-counts.js';
import { whyNotOnSale } from './quotes.js';

@ObjectType({ description: 'What is left of a price class, and whether it can be bought now.' })
export class TierAvailability {
  @Field(() => Int, { description: 'Places that can be had now for this price.' })
  available: number;

  @Field(() => Int)
  sold: number;

  @Field(() => Int, { description: 'Places that somebody is buying; they may come back.' })
  held: number;

  @Field(() => Int, { nullable: true, description: 'How many may be sold; null: as many as there are places.' })
  quantity: number | null;

  @Field({ description: 'No place is left, and none is on hold that might come back.' })
  isSoldOut: boolean;

  @Field({ description: 'It is the time of its sale, whether or not there are places left.' })
  isOnSale: boolean;

  @Field({ description: 'Whoever asks may reserve places of it now.' })
  canPurchase: boolean;

  @Field(() => String, { nullable: true, description: 'Why it cannot be bought; null when it can.' })
  message: string | null;
}

/** What is left of each tier. It informs people; only reserving decides. */
@Injectable()
export class TierAvailabilityService {
  constructor(
    private readonly clock: Clock,
    private readonly bookables: BookablesService,
    private readonly places: AvailabilityService,
    private readonly counts: TierCounts,
    private readonly offers: Offers,
  ) {}

  /** For a journey; for the whole trip when nothing is said. */
  async of(tier: Tier, from?: number, to?: number): Promise<TierAvailability> {
    const bookable = await this.bookables.get(tier.bookableId);
    const isWhole = from === undefined && to === undefined;
    const legs = isWhole ? { from: 0, to: bookable.legCount } : await this.bookables.journey(bookable, from, to);
    const [calls, places, counts] = await Promise.all([
      bookable.kind === BookableKind.TRIP ? this.bookables.calls(bookable.id) : [],
      this.places.count(bookable.id, legs),
      this.counts.of(bookable.id),
    ]);
    const { held, sold } = counts.get(tier.id) ?? { held: 0, sold: 0 };
    const left = tier.quantity === null ? places.available : Math.min(tier.quantity - held - sold, places.available);
    const available = Math.max(0, left);
    const closed = whyNotOnSale({ bookable, calls }, legs, this.clock.now()) ?? this.whyNotSold(tier, bookable);
    const isSoldOut = available === 0 && held === 0 && (places.isSoldOut || sold >= (tier.quantity ?? Infinity));
    const message =
      closed ??
      (await this.whyNotForThem(tier, isWhole ? undefined : legs)) ??
      whyTooFew(tier, { available, isSoldOut });
    return Object.assign(new TierAvailability(), {
      available,
      sold,
      held,
      quantity: tier.quantity,
      isSoldOut,
      isOnSale: closed === undefined,
      canPurchase: message === null,
      message,
    });
  }

  private whyNotSold({ name, active, saleStartsAt, saleEndsAt }: Tier, { timeZone }: Bookable): string | undefined {
    const now = this.clock.now();
    if (!active) return `${name} is not sold.`;
    if (saleStartsAt && now < saleStartsAt) return `${name} is sold from ${localDateTime(saleStartsAt, timeZone)} on.`;
    if (saleEndsAt && saleEndsAt <= now) return `${name} was sold until ${localDateTime(saleEndsAt, timeZone)}.`;
    return undefined;
  }

  private async whyNotForThem(tier: Tier, legs: LegRange | undefined): Promise<string | undefined> {
    if (tier.hidden) return `${tier.name} is for those who have a promo code for it.`;
    if (tier.priceMinor !== null) return undefined;
    const offer = await this.offers.of(tier.bookableId);
    const hasFare = legs ? priceOf(offer, tier, legs) !== undefined : offer.fares.size > 0;
    return hasFare ? undefined : `${tier.name} is not sold for this journey.`;
  }
}

function whyTooFew(
  { name, minPerOrder }: Tier,
  { available, isSoldOut }: Pick<Availability, 'available' | 'isSoldOut'>,
): string | null {
  if (isSoldOut) return `${name} is sold out.`;
  if (available === 0) return `No place of ${name} is left; some are on hold and may come back.`;
  if (available >= minPerOrder) return null;
  return `${name} is sold to at least ${minPerOrder} at once, and there are only ${available} left.`;
}
