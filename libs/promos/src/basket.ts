/** What somebody is about to buy: places of one bookable. */
export interface Basket {
  organizationId: string;
  bookableId: string;
  /** ISO 4217. */
  currency: string;
  /** Of a visitor before check-out both may be unknown. */
  customer: { userId: string | null; email: string | null };
  /** Whether nothing was ever bought from this organization; unknown counts as no. */
  isNewCustomer?: boolean;
  places: { tierId: string; priceMinor: number }[];
}

/** What a promo takes off a basket. */
export interface Discount {
  promoId: string;
  /** Null: given by itself. */
  code: string | null;
  name: string;
  amountMinor: number;
  /** In minor units, one for each place of the basket. */
  perPlace: number[];
  /** Places that count against its limit of places: those with an amount, and those of tiers that it unlocks. */
  covered: boolean[];
}
