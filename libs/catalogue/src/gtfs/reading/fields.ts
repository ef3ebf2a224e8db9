/**
 * Values of GTFS fields, as the text format of PostgreSQL's COPY wants them. Each takes the trimmed text of a field
 * and throws `FieldFault` with what is wrong.
 */
export type Field = (value: string) => string;

export class FieldFault extends Error {}

/** COPY's NULL. */
const NULL = '\\N';

/** 168 h: no trip goes on for more than a week after its service day began. */
const MOST_SECONDS = 168 * 3600;
const MOST_CHARACTERS = 4000;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Empty is NULL. */
export const optional =
  (field: Field): Field =>
  (value) =>
    value === '' ? NULL : field(value);

/** Empty means `fallback`. */
export const defaulting =
  (fallback: string, field: Field): Field =>
  (value) =>
    field(value === '' ? fallback : value);

export const text: Field = (value) => {
  if (value === '') throw new FieldFault('is empty');
  // What the decoder puts where bytes are not UTF-8; and a character that PostgreSQL cannot keep.
  if (value.includes('\uFFFD')) throw new FieldFault('is not UTF-8');
  if (value.includes('\0')) throw new FieldFault('contains a NUL character');
  if (value.length > MOST_CHARACTERS) throw new FieldFault(`has more than ${MOST_CHARACTERS} characters`);
  return /[\\\n\r\t]/.test(value) ? value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character]!) : value;
};

/** Seconds since the service day began, from `H:MM:SS` or `HH:MM:SS`; `25:10:00` is 01:10 on the next day. */
export const time: Field = (value) => {
  const match = /^(\d{1,3}):([0-5]\d):([0-5]\d)$/.exec(value);
  if (!match) throw new FieldFault('is not a time (HH:MM:SS)');
  const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  if (seconds > MOST_SECONDS) throw new FieldFault('is later than 168:00:00');
  return String(seconds);
};

/** An ISO date, from `YYYYMMDD`. */
export const date: Field = (value) => {
  const match = /^(\d{4})(\d\d)(\d\d)$/.exec(value);
  const iso = match && `${match[1]}-${match[2]}-${match[3]}`;
  // Date.parse rolls 31 February over to March: the way back shows it.
  if (!iso || match[1]! < '1900' || !isDay(iso)) throw new FieldFault('is not a date (YYYYMMDD)');
  return iso;
};

/** `YYYY-MM-DD` of a day that exists. */
export function isDay(iso: string): boolean {
  const milliseconds = /^\d{4}-\d\d-\d\d$/.test(iso) ? Date.parse(`${iso}T00:00:00Z`) : NaN;
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(iso);
}

export const oneOf =
  (...values: string[]): Field =>
  (value) => {
    if (!values.includes(value)) throw new FieldFault(`is not one of ${values.join(', ')}`);
    return value;
  };

/** `pickup_type` and `drop_off_type`: 1 means not here; 2 and 3 (by arrangement) are served. */
export const served: Field = (value) => (oneOf('0', '1', '2', '3')(value) === '1' ? 'f' : 't');

export const sequence: Field = (value) => {
  if (!/^\d{1,10}$/.test(value) || Number(value) > 2_147_483_647) throw new FieldFault('is not a whole number from 0');
  return value;
};

/** A decimal number from `least` to `most`, both inclusive. */
export const number =
  (least: number, most: number): Field =>
  (value) => {
    const amount = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(value) ? Number(value) : NaN;
    if (Number.isNaN(amount)) throw new FieldFault('is not a number');
    if (amount < least || amount > most) throw new FieldFault(`is not between ${least} and ${most}`);
    return value;
  };

/** In units of the currency, `5.100000`. */
export const price: Field = (value) => {
  if (!/^(\d{1,12}(\.\d{0,12})?|\.\d{1,12})$/.test(value)) throw new FieldFault('is not a price');
  return value;
};

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

export const currency: Field = (value) => {
  if (!CURRENCIES.has(value)) throw new FieldFault('is not a currency (ISO 4217)');
  return value;
};

/** 2 for GBP, 0 for JPY. */
export function currencyDecimals(code: string): number {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: code,
  }).resolvedOptions();
  return maximumFractionDigits ?? 2;
}

const knownTimeZones = new Map<string, boolean>();

export const timeZone: Field = (value) => {
  let known = knownTimeZones.get(value);
  if (known === undefined) {
    known = isTimeZone(value);
    // A feed full of nonsense must not fill the memory.
    if (knownTimeZones.size < 1000) knownTimeZones.set(value, known);
  }
  if (!known) throw new FieldFault('is not a time zone (IANA name)');
  return value;
};

function isTimeZone(name: string): boolean {
  try {
    // An offset like +01:00 is not a zone: it does not know when the clocks change.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions() !== undefined;
  } catch {
    return false;
  }
}
