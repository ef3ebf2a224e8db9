/** Local times of a stop or venue, as people there read them. `timeZone` is an IANA name. */

/** `Tue 1 Dec 2026` */
export function localDate(instant: Date, timeZone: string, locale = 'en-GB'): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
    .format(instant)
    .replaceAll(',', '');
}

/** `17:05` */
export function localTime(instant: Date, timeZone: string, locale = 'en-GB'): string {
  return new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    instant,
  );
}

/** `Tue 1 Dec 2026, 17:05` */
export function localDateTime(instant: Date, timeZone: string, locale = 'en-GB'): string {
  return `${localDate(instant, timeZone, locale)}, ${localTime(instant, timeZone, locale)}`;
}
