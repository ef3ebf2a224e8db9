/** A cell: text, a number, or an amount that `decimalOf` wrote. */
export type Cell = string | number | null | { amount: string };

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[\s]*[=+\-@\t\r]/;

/**
 * A line of a file as RFC 4180 has it. Text from outside that a spreadsheet would run as a formula gets an apostrophe
 * before it; amounts, which may begin with a minus, stay numbers.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

function written(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return `${cell}`;
  if (typeof cell === 'object') return cell.amount;
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
