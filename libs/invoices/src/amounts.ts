const decimals = new Map<string, number>();

/** How many decimals a currency has: 2, JPY 0, KWD 3. */
export function decimalsOf(currency: string): number {
  const known =
    decimals.get(currency) ??
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
    2;
  decimals.set(currency, known);
  return known;
}

/** Minor units as machines read them: 1250 GBP is `12.50`, −5 `-0.05`. */
export function decimalOf(amountMinor: number, currency: string): string {
  const places = decimalsOf(currency);
  const digits = `${Math.abs(amountMinor)}`.padStart(places + 1, '0');
  const sign = amountMinor < 0 ? '-' : '';
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Basis points as percent: 2000 is `20`, 550 `5.5`. */
export function percentOf(rateBps: number): string {
  return decimalOf(rateBps, 'GBP').replace(/\.?0+$/, '');
}

/** The day of a moment at a place, `2026-12-01`. */
export function isoDate(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(instant);
}
