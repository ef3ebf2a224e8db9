import type { RoundReport } from './round.js';
import { VICTIMS } from './schedule.js';

const MOST_FINDINGS = 20;

/** What was done, how it was felt and what was found, for a person to read. */
export function describe(reports: RoundReport[]): string {
  const struck = reports.flatMap((report) => report.struck);
  const lines = VICTIMS.flatMap((victim) => {
    const mine = struck.filter(({ kill }) => kill.victim === victim);
    if (mine.length === 0) return [];
    const down = spread(mine.map(({ kill }) => kill.downMs));
    const recovered = spread(mine.map(({ recoveredMs }) => recoveredMs));
    const answers = mine.reduce((sum, { answersWhileDown }) => sum + answersWhileDown, 0);
    return `  ${victim.padEnd(9)} ${mine.length} killed, away ${down} ms, ${answers} answers meanwhile, all ready ${recovered} ms later`;
  });
  const journals = reports.map(({ journal }) => journal);
  const total = (value: (report: RoundReport) => number): number =>
    reports.reduce((sum, report) => sum + value(report), 0);
  return [
    ...lines,
    `  ${total(({ journal }) => journal.bookings.length)} reservations acknowledged, ` +
      `${total(({ journal }) => journal.bookings.filter(({ endMovedAt }) => endMovedAt).length)} of them left to the clock`,
    `  did: ${counts(journals.map(({ operations }) => operations))}`,
    `  asked again because of: ${counts(journals.map(({ lostAnswers }) => lostAnswers)) || 'nothing'}`,
    `  ${total(({ journal }) => journal.answers)} answers in ${Math.round(total(({ seconds }) => seconds))} s, ` +
      `${total(({ journal }) => journal.repeated)} after asking again, the slowest ${Math.max(...journals.map(({ slowestMs }) => slowestMs))} ms; ` +
      `${total(({ mapBreaks }) => mapBreaks)} live maps broke and went on, ${total(({ mapSnapshots }) => mapSnapshots)} of them with a snapshot`,
    ...found(reports.flatMap(({ findings }) => findings)),
  ].join('\n');
}

/** One cause may show a thousand times. */
function found(findings: string[]): string[] {
  if (findings.length === 0) return ['  found nothing'];
  const more = findings.length - MOST_FINDINGS;
  const lines = findings.slice(0, MOST_FINDINGS).map((finding) => `  FOUND ${finding}`);
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

function spread(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 1
    ? String(sorted[0])
    : `${sorted[0]}–${sorted.at(-1)} (median ${sorted[sorted.length >> 1]})`;
}

function counts(maps: Map<string, number>[]): string {
  const all = new Map<string, number>();
  for (const map of maps) for (const [name, count] of map) all.set(name, (all.get(name) ?? 0) + count);
  return [...all].map(([name, count]) => `${count} ${name}`).join(', ');
}
