import { decimalOf, isoDate, percentOf } from './amounts.js';

describe('amounts', () => {
  it.each([
    [1250, 'GBP', '12.50'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [-123_456, 'GBP', '-1234.56'],
    [0, 'GBP', '0.00'],
    [1250, 'JPY', '1250'],
    [1250, 'KWD', '1.250'],
  ])('%i %s are %s', (amountMinor, currency, text) => {
    expect(decimalOf(amountMinor, currency)).toBe(text);
  });

  it.each([
    [0, '0'],
    [550, '5.5'],
    [725, '7.25'],
    [2000, '20'],
    [10_000, '100'],
  ])('%i basis points are %s percent', (bps, text) => {
    expect(percentOf(bps)).toBe(text);
  });

  it('days are those of the place', () => {
    expect(isoDate(new Date('2026-12-31T23:30:00Z'), 'Europe/Berlin')).toBe('2027-01-01');
  });
});
