import type { GtfsImportSummary } from '#catalogue';

/** What an import did, for the person who asked for it. */
export function summaryText(summary: GtfsImportSummary, seconds: number): string {
  const { window, calendar, nothingInWindow, organizations, routes, stops, fares, calls, trips, rows, warnings } =
    summary;
  const days = window.from === window.to ? `on ${window.from}` : `between ${window.from} and ${window.to}`;
  const lines = nothingInWindow
    ? [
        `Nothing was imported: no trip of this feed runs ${days}.`,
        calendar
          ? `The feed's calendar covers ${calendar.from} to ${calendar.to}. Choose days of it with --from and --days.`
          : "The feed's calendar has no days at all.",
      ]
    : [
        `Imported the trips that run ${days}.`,
        `  ${counted(organizations, 'organization')}, ${counted(routes, 'route')}, ${counted(stops, 'stop')}, ${counted(fares, 'fare')}`,
        `  ${counted(trips.inserted + trips.updated + trips.unchanged + trips.kept, 'trip')} with ${counted(calls, 'call')}: ` +
          `${number(trips.inserted)} new, ${number(trips.updated)} changed, ${number(trips.unchanged)} as before` +
          `${trips.kept > 0 ? `, ${number(trips.kept)} left as sold` : ''}${trips.withdrawn > 0 ? `; ${number(trips.withdrawn)} withdrawn` : ''}`,
      ];
  const notes = warnings.map((warning) => `  ! ${warning}`);
  return [...lines, ...notes, `  ${counted(rows, 'row')} read, ${seconds.toFixed(1)} s`, ''].join('\n');
}

/** `1 trip`, `1,260 trips`. */
export function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function number(count: number): string {
  return count.toLocaleString('en');
}
