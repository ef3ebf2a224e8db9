import { parseArgs } from 'node:util';
import type { GtfsImportOptions } from '#catalogue';

export const USAGE = `npm run import:gtfs -- PATH [options]

Imports a GTFS feed, a folder or a zip. Importing again updates trips and never duplicates them;
trips that have a reservation stay as they were sold. A feed with a fault changes nothing.

  --from YYYY-MM-DD    first day of service; today without it
  --days NUMBER        days of service from then on, at most 400; 30 without it
  --layout NAME        seats of every vehicle: coach-49 (without it) or minibus-16
  --flat-fare MINOR    price in pence or cents where the feed has no fares; 1000 without it
  --currency CODE      ISO 4217, for agencies whose fares do not tell
  --help               this text

Ends with 0 when trips were imported, 1 when the feed or an option is wrong, 2 when no trip runs on those days.
`;

/** What is wrong with the command line, for the person who typed it. */
export class ArgumentFault extends Error {}

/** @param today for `--from`, the day where this machine is */
export function readArguments(args: string[], today: Date): GtfsImportOptions | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [path, more] = positionals;
  if (path === undefined) throw new ArgumentFault('Give the path of a feed, a folder or a zip.');
  if (more !== undefined) throw new ArgumentFault(`Give one path: "${more}" is one too many.`);
  return {
    path,
    from: values.from ?? localDay(today),
    days: wholeNumber('--days', values.days) ?? 30,
    layout: values.layout ?? 'coach-49',
    flatFareMinor: wholeNumber('--flat-fare', values['flat-fare']),
    currency: values.currency,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        days: { type: 'string' },
        layout: { type: 'string' },
        'flat-fare': { type: 'string' },
        currency: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new ArgumentFault((error as Error).message);
  }
}

function wholeNumber(option: string, value: string | undefined): number | undefined {
  if (value !== undefined && !/^\d{1,9}$/.test(value))
    throw new ArgumentFault(`${option} "${value}" is not a whole number.`);
  return value === undefined ? undefined : Number(value);
}

function localDay(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${date.getFullYear()}-${month}-${day}`;
}
