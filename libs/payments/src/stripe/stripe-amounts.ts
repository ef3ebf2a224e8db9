import { ProviderRefusal } from '../payment-provider.js';

/** How many decimals Stripe's amounts have where it is not two: docs.stripe.com/currencies, November 2026. */
const DECIMALS: Record<string, number> = {
  ...decimals(0, 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'),
  ...decimals(3, 'BHD JOD KWD OMR TND'),
};

/** Two decimals for Stripe that must be 00: the currencies have lost theirs, and Stripe's amounts have not. */
const WHOLE_ONLY = new Set(['ISK', 'UGX']);

function decimals(count: number, currencies: string): Record<string, number> {
  return Object.fromEntries(currencies.split(' ').map((currency) => [currency, count]));
}

/** Our minor units in Stripe's. @throws ProviderRefusal for an amount that Stripe does not take in this currency */
export function toStripe(amountMinor: number, currency: string): number {
  const amount = scaled(amountMinor, stripeDecimals(currency) - ourDecimals(currency));
  // Networks of cards do not take the third decimal.
  const step = WHOLE_ONLY.has(currency) ? 100 : stripeDecimals(currency) === 3 ? 10 : 1;
  if (!Number.isInteger(amount) || amount % step !== 0)
    throw new ProviderRefusal(`Stripe does not take ${amountMinor} minor units of ${currency}.`);
  return amount;
}

/** Stripe's minor units in ours. @param currency in upper or lower case, as Stripe writes it */
export function fromStripe(amount: number, currency: string): { amountMinor: number; currency: string } {
  const code = currency.toUpperCase();
  const amountMinor = scaled(amount, ourDecimals(code) - stripeDecimals(code));
  if (!Number.isInteger(amountMinor))
    throw new Error(`Stripe says ${amount} ${code}, which has no minor units of ours`);
  return { amountMinor, currency: code };
}

function stripeDecimals(currency: string): number {
  return DECIMALS[currency] ?? 2;
}

/** Those with which amounts are shown (`formatMoney`). */
function ourDecimals(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** Exact for whole results: a factor below 1 would not be. */
function scaled(amount: number, decimals: number): number {
  return decimals >= 0 ? amount * 10 ** decimals : amount / 10 ** -decimals;
}
