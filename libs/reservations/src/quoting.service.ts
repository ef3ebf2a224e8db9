import { Injectable } from '@nestjs/common';
import { Clock, hashToken, newId } from '#kernel';
import { Database } from '#platform';
import { type Organization, OrganizationsService } from '#catalogue';
import { type Basket, PromoCodeNotValid, PromoRefusalReason, PromosService } from '#promos';
import { type PlaceToPrice, priceLines } from './pricing.js';
import { Quote, type QuoteDiscount, type QuoteLine } from './quote.entity.js';
import type { Reservation } from './reservation.entity.js';

type Place = PlaceToPrice & {
  reservationId: string;
  currency: string;
  hidden: boolean;
  tierId: string;
  line: Pick<QuoteLine, 'seatId' | 'areaId' | 'tierId' | 'description'>;
};

/** The places of reservations, with the tax rate of each: its tier's, or the default one of the country. */
const PLACES = `
  SELECT p.reservation_id AS "reservationId", b.currency, p.tier_id AS "tierId", p.price_minor AS "priceMinor", t.hidden, tax.rate AS tax,
    jsonb_build_object('seatId', p.seat_id, 'areaId', p.area_id, 'tierId', p.tier_id,
      'description', coalesce('Seat ' || s.label, a.name) || ', ' || t.name) AS line
  FROM reservation_places p JOIN tiers t ON t.id = p.tier_id JOIN bookables b ON b.id = t.bookable_id
  JOIN organizations g ON g.id = b.organization_id
  LEFT JOIN seats s ON s.id = p.seat_id LEFT JOIN areas a ON a.id = p.area_id
  LEFT JOIN LATERAL (
    SELECT jsonb_build_object('id', x.id, 'name', x.name, 'rateBps', x.rate_bps, 'category', x.category) AS rate FROM tax_rates x
    WHERE x.id = t.tax_rate_id OR t.tax_rate_id IS NULL AND x.organization_id = g.id AND x.country = g.country AND x.active AND x.is_default
  ) tax ON true
  WHERE p.reservation_id = ANY($1::uuid[]) ORDER BY s.ordinal, a.name, p.position`;

/** Who buys: by account, or by the address that the tickets go to. */
export interface Customer {
  userId: string | null;
  email: string | null;
}

/** What is to be quoted. */
export interface ToQuote {
  reservation: Reservation;
  customer: Customer;
  promoCode?: string | undefined;
}

/** Says what a reservation costs, and keeps it to that. */
@Injectable()
export class QuotingService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly organizations: OrganizationsService,
    private readonly promos: PromosService,
  ) {}

  /**
   * A quote for what is reserved now, kept for the check-out.
   * @throws PromoCodeUnknown, PromoCodeNotValid
   */
  async quote(reservation: Reservation, customer: Customer, promoCode?: string): Promise<Quote> {
    return (await this.quoteAll([{ reservation, customer, promoCode }]))[0]!;
  }

  /** A quote for each. @see quote */
  async quoteAll(asked: ToQuote[]): Promise<Quote[]> {
    if (asked.length === 0) return [];
    const places = await this.database.query<Place>(PLACES, [asked.map(({ reservation }) => reservation.id)]);
    const organizationIds = [...new Set(asked.map(({ reservation }) => reservation.organizationId))];
    const organizations = new Map<string, Organization>();
    for (const id of organizationIds) organizations.set(id, await this.organizations.get(id));
    const generous = await this.promos.withAutomatic(organizationIds);
    const quotes: Quote[] = [];
    for (const one of asked) {
      const { organizationId, id } = one.reservation;
      const own = places.filter(({ reservationId }) => reservationId === id);
      const mayBeLess = one.promoCode !== undefined || generous.has(organizationId);
      const discounts = mayBeLess ? await this.discounts(one, own) : [];
      quotes.push(this.priced(one, own, discounts, organizations.get(organizationId)!));
    }
    await this.database.insert(Quote, quotes);
    return quotes;
  }

  private async discounts({ reservation, customer, promoCode }: ToQuote, places: Place[]): Promise<QuoteDiscount[]> {
    const basket = await this.basket(reservation, places[0]!.currency, places, customer);
    return await this.promos.preview(basket, promoCode);
  }

  private priced(
    { reservation, promoCode }: ToQuote,
    places: Place[],
    discounts: QuoteDiscount[],
    organization: Organization,
  ): Quote {
    mustBeUnlocked(places, discounts);
    const perPlace = places.map((_, index) => discounts.reduce((sum, discount) => sum + discount.perPlace[index]!, 0));
    const { taxInclusive: taxIncluded, feeMinor, feeBps } = organization;
    const prices = priceLines(places, perPlace, { taxIncluded, feeMinor, feeBps });
    return Object.assign(new Quote(), {
      id: newId(),
      reservationId: reservation.id,
      placesHash: hashOf(reservation),
      promoCode: promoCode ?? null,
      currency: places[0]!.currency,
      taxIncluded,
      refundTerms: organization.refundTerms,
      lines: places.map((place, index) => ({ ...place.line, tax: place.tax, ...prices[index]! })),
      discounts,
      totalMinor: prices.reduce((sum, { totalMinor }) => sum + totalMinor, 0),
      createdAt: this.clock.now(),
    });
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

  /** By the reservation. Left out are those of which there is none of this id, or the places are no longer those it was for. */
  async find(asked: { id: string; reservation: Reservation }[]): Promise<Map<string, Quote>> {
    if (asked.length === 0) return new Map();
    const quotes = await this.database
      .repository(Quote)
      .createQueryBuilder('quote')
      .where('quote.id = ANY(:ids)', { ids: asked.map(({ id }) => id) })
      .getMany();
    const found = asked.flatMap(({ id, reservation }) => {
      const quote = quotes.find((one) => one.id === id && one.reservationId === reservation.id);
      return quote?.placesHash === hashOf(reservation) ? [[reservation.id, quote] as const] : [];
    });
    return new Map(found);
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
