import { Injectable } from '@nestjs/common';
import { Clock, hashToken, newId } from '#kernel';
import { Database } from '#platform';
import { BookablesService, OrganizationsService } from '#catalogue';
import { type Basket, PromoCodeNotValid, PromoRefusalReason, PromosService } from '#promos';
import { type PlaceToPrice, priceLines } from './pricing.js';
import { Quote, type QuoteDiscount, type QuoteLine } from './quote.entity.js';
import type { Reservation } from './reservation.entity.js';

type Place = PlaceToPrice & {
  hidden: boolean;
  tierId: string;
  line: Pick<QuoteLine, 'seatId' | 'areaId' | 'tierId' | 'description'>;
};

/** The places of a reservation, with the tax rate of each: its tier's, or the default one of the country. */
const PLACES = `
  SELECT p.tier_id AS "tierId", p.price_minor AS "priceMinor", t.hidden, tax.rate AS tax,
    jsonb_build_object('seatId', p.seat_id, 'areaId', p.area_id, 'tierId', p.tier_id,
      'description', coalesce('Seat ' || s.label, a.name) || ', ' || t.name) AS line
  FROM reservation_places p JOIN tiers t ON t.id = p.tier_id JOIN bookables b ON b.id = t.bookable_id
  JOIN organizations g ON g.id = b.organization_id
  LEFT JOIN seats s ON s.id = p.seat_id LEFT JOIN areas a ON a.id = p.area_id
  LEFT JOIN LATERAL (
    SELECT jsonb_build_object('id', x.id, 'name', x.name, 'rateBps', x.rate_bps, 'category', x.category) AS rate FROM tax_rates x
    WHERE x.id = t.tax_rate_id OR t.tax_rate_id IS NULL AND x.organization_id = g.id AND x.country = g.country AND x.active AND x.is_default
  ) tax ON true
  WHERE p.reservation_id = $1 ORDER BY s.ordinal, a.name, p.position`;

/** Who buys: by account, or by the address that the tickets go to. */
export interface Customer {
  userId: string | null;
  email: string | null;
}

/** Says what a reservation costs, and keeps it to that. */
@Injectable()
export class QuotingService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly bookables: BookablesService,
    private readonly organizations: OrganizationsService,
    private readonly promos: PromosService,
  ) {}

  /**
   * A quote for what is reserved now, kept for the check-out.
   * @throws PromoCodeUnknown, PromoCodeNotValid
   */
  async quote(reservation: Reservation, customer: Customer, promoCode?: string): Promise<Quote> {
    const places = await this.database.query<Place>(PLACES, [reservation.id]);
    const organization = await this.organizations.get(reservation.organizationId);
    const { currency } = await this.bookables.get(reservation.bookableId);
    const basket = await this.basket(reservation, currency, places, customer);
    const discounts: QuoteDiscount[] = await this.promos.preview(basket, promoCode);
    mustBeUnlocked(places, discounts);
    const perPlace = places.map((_, index) => discounts.reduce((sum, discount) => sum + discount.perPlace[index]!, 0));
    const { taxInclusive: taxIncluded, feeMinor, feeBps } = organization;
    const prices = priceLines(places, perPlace, { taxIncluded, feeMinor, feeBps });
    const quote: Quote = {
      id: newId(),
      reservationId: reservation.id,
      placesHash: hashOf(reservation),
      promoCode: promoCode ?? null,
      currency,
      taxIncluded,
      refundTerms: organization.refundTerms,
      lines: places.map((place, index) => ({ ...place.line, tax: place.tax, ...prices[index]! })),
      discounts,
      totalMinor: prices.reduce((sum, { totalMinor }) => sum + totalMinor, 0),
      createdAt: this.clock.now(),
    };
    await this.database.repository(Quote).insert(quote);
    return Object.assign(new Quote(), quote);
  }

  /** What promos look at. */
  async basket(
    { organizationId, bookableId }: Reservation,
    currency: string,
    places: { tierId: string; priceMinor: number }[],
    customer: Customer,
  ): Promise<Basket> {
    const [before] = await this.database.query(
      `SELECT FROM orders WHERE organization_id = $1 AND paid_at IS NOT NULL AND (user_id = $2 OR lower(email) = lower($3)) LIMIT 1`,
      [organizationId, customer.userId, customer.email],
    );
    const isNewCustomer = before === undefined;
    return { organizationId, bookableId, currency, customer, isNewCustomer, places };
  }

  /** @returns undefined when there is none of this id, or the places are no longer those it was for */
  async find(id: string, reservation: Reservation): Promise<Quote | undefined> {
    const quote = await this.database.repository(Quote).findOneBy({ id, reservationId: reservation.id });
    return quote?.placesHash === hashOf(reservation) ? quote : undefined;
  }
}

/** Whoever got in with a code buys with it, so that its limits hold. @throws PromoCodeNotValid */
function mustBeUnlocked(places: Place[], discounts: QuoteDiscount[]): void {
  const code = discounts.find((discount) => discount.code !== null);
  if (places.every(({ hidden }, index) => !hidden || code?.covered[index])) return;
  throw new PromoCodeNotValid(
    PromoRefusalReason.NOT_FOR_THESE,
    'Some of these places need the promo code that unlocked them. Name it, or choose other places.',
  );
}

function hashOf({ seatIds, areaIds, tierIds, prices }: Reservation): string {
  return hashToken(JSON.stringify([seatIds, areaIds, tierIds, prices]));
}
