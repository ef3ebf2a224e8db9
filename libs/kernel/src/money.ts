/** Integer minor units (pence, cents) of an ISO 4217 currency. */
export interface Money {
  amountMinor: number;
  currency: string;
}

/** `1250 GBP` as a person reads it: `£12.50`. The number of decimals is the currency's own (JPY has none). */
export function formatMoney({ amountMinor, currency }: Money, locale = 'en-GB'): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** decimals);
}

/** `percent` of an amount in minor units, rounded half up; `percent` is 0 to 100. */
export function percentOf(amountMinor: number, percent: number): number {
  return Math.floor((amountMinor * percent + 50) / 100);
}
