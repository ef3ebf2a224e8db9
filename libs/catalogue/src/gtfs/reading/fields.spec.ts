import {
  currency,
  currencyDecimals,
  date,
  defaulting,
  isDay,
  number,
  optional,
  price,
  sequence,
  served,
  text,
  time,
  timeZone,
} from './fields.js';

describe('time', () => {
  it.each([
    ['00:00:00', 0],
    ['6:30:00', 23_400],
    ['06:30:05', 23_405],
    ['24:00:00', 86_400],
    ['25:10:00', 90_600],
    ['168:00:00', 604_800],
  ])('%s is %i seconds after the service day began', (value, seconds) => expect(time(value)).toBe(String(seconds)));

  it.each(['8', '8:61:00', '08:00', '08:00:60', '-1:00:00', '08:00:00 am', '8.5', ''])('"%s" is refused', (value) =>
    expect(() => time(value)).toThrow('is not a time (HH:MM:SS)'),
  );

  it('refuses more than a week', () => expect(() => time('168:00:01')).toThrow('later than 168:00:00'));
});

describe('date', () => {
  it('takes YYYYMMDD', () => expect(date('20280229')).toBe('2028-02-29'));
  it.each(['20270229', '20261301', '20260431', '2026-12-01', '261201', '00000101'])('%s is refused', (value) =>
    expect(() => date(value)).toThrow('is not a date (YYYYMMDD)'),
  );
  it('knows days that exist', () =>
    expect(['2026-12-31', '2026-02-30', 'tomorrow'].map(isDay)).toEqual([true, false, false]));
});

describe('text', () => {
  it('is escaped for COPY', () => expect(text('a\\b\tc\r\nd')).toBe('a\\\\b\\tc\\r\\nd'));
  it('keeps what is not special', () => expect(text('Zürich, "HB" 🚌')).toBe('Zürich, "HB" 🚌'));
  it.each([
    ['', 'is empty'],
    ['caf\uFFFD', 'is not UTF-8'],
    ['a\0b', 'contains a NUL character'],
    ['x'.repeat(4001), 'has more than 4000 characters'],
  ])('refuses %j', (value, reason) => expect(() => text(value)).toThrow(reason));
});

describe('numbers', () => {
  it.each(['57.48', '-4.2238', '+1', '.5', '1e1'])('%s is one', (value) => expect(number(-90, 90)(value)).toBe(value));
  it.each(['north', '1,5', 'NaN', 'Infinity', '1e999', '91'])('%s is refused', (value) =>
    expect(() => number(-90, 90)(value)).toThrow(),
  );
  it.each(['-1', '1.5', '2147483648', ''])('stop_sequence %j is refused', (value) =>
    expect(() => sequence(value)).toThrow(),
  );
  it('serves a stop unless the type is 1', () =>
    expect(['0', '1', '2', '3'].map(served)).toEqual(['t', 'f', 't', 't']));
  it('refuses other types', () => expect(() => served('4')).toThrow('is not one of 0, 1, 2, 3'));
});

describe('money', () => {
  it.each(['5.100000', '0', '12', '.5', '7.'])('%s is a price', (value) => expect(price(value)).toBe(value));
  it.each(['-1', '£5', '1e3', '5,10', ''])('%j is none', (value) =>
    expect(() => price(value)).toThrow('is not a price'),
  );
  it('knows currencies', () => expect(currency('GBP')).toBe('GBP'));
  it.each(['gbp', 'XYZ', 'EURO', ''])('%j is no currency', (value) =>
    expect(() => currency(value)).toThrow('is not a currency'),
  );
  it('knows their decimals', () => expect(['GBP', 'JPY', 'KWD'].map(currencyDecimals)).toEqual([2, 0, 3]));
});

describe('time zones', () => {
  it.each(['Europe/London', 'UTC', 'America/Argentina/Ushuaia'])('%s is one', (value) =>
    expect(timeZone(value)).toBe(value),
  );
  it.each(['Mars/Olympus', '+01:00', 'Europe', ''])('%j is none', (value) =>
    expect(() => timeZone(value)).toThrow('is not a time zone'),
  );
});

describe('fields that may be empty', () => {
  it('are NULL', () => expect(optional(time)('')).toBe('\\N'));
  it('or what the reference says', () => expect(defaulting('0', served)('')).toBe('t'));
  it('are still checked', () => expect(() => optional(time)('x')).toThrow());
});
