import { ProviderRefusal } from '../payment-provider.js';
import { fromStripe, toStripe } from './stripe-amounts.js';

describe('amounts for Stripe', () => {
  it.each([
    ['GBP', 1250, 1250],
    ['JPY', 500, 500],
    ['KWD', 5120, 5120],
    // No decimals for people, two for Stripe.
    ['ISK', 5, 500],
    ['UGX', 5, 500],
    ['TWD', 1000, 1000],
  ])('%s: %d of ours are %d of theirs, and back', (currency, ours, theirs) => {
    expect(toStripe(ours, currency)).toBe(theirs);
    expect(fromStripe(theirs, currency.toLowerCase())).toEqual({ amountMinor: ours, currency });
  });

  it('every currency comes back as it went', () => {
    for (const currency of Intl.supportedValuesOf('currency'))
      expect(fromStripe(toStripe(1000, currency), currency)).toEqual({ amountMinor: 1000, currency });
  });

  it('a third decimal is refused', () => {
    expect(() => toStripe(5124, 'KWD')).toThrow(ProviderRefusal);
    expect(() => toStripe(5124, 'TND')).toThrow(ProviderRefusal);
  });

  it('a part of a crown cannot be told', () => {
    expect(() => fromStripe(550, 'isk')).toThrow('no minor units');
  });
});
