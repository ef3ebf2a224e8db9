/** Local times of a stop or venue, as people there read them. `timeZone` is an IANA name. */

/** Making a formatter takes about 0.1 ms, using it a hundredth of that. There are some dozens of zones in use at most. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formatters.set(key, known);
  return known;
}

/** `Tue 1 Dec 2026` */
export function localDate(instant: Date, timeZone: string, locale = 'en-GB'): string {
  const options = { timeZone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  return formatter(locale, options).format(instant).replaceAll(',', '');
}

/** `17:05` */
export function localTime(instant: Date, timeZone: string, locale = 'en-GB'): string {
  return formatter(locale, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(instant);
}

/** `Tue 1 Dec 2026, 17:05` */
export function localDateTime(instant: Date, timeZone: string, locale = 'en-GB'): string {
  return `${localDate(instant, timeZone, locale)}, ${localTime(instant, timeZone, locale)}`;
}
