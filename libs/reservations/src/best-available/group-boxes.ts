import { type Box, type SeatPlan, Step } from './seat-plan.js';
import type { Party, Stock } from './seat-search.js';

/** Seats of one row that follow each other, all of them usable: their column numbers. */
interface Stretch {
  columns: number[];
  accessible: number[];
}

/** The parts of a map that could hold a party in a given number of groups. It leaves out most of those that cannot. */
export class GroupBoxes {
  /** By row, the stretches that can be one of the groups. */
  private readonly stretches: Stretch[][];
  /** Where a box may begin. */
  private readonly columns: number[];
  private readonly plan: SeatPlan;

  constructor(
    stock: Stock,
    private readonly party: Party,
    private readonly groups: number,
  ) {
    this.plan = stock.plan;
    const all = stretchesOf(stock);
    const longest = all.flat().reduce((most, { columns }) => Math.max(most, columns.length), 0);
    // With fewer seats than this in one group, the others could not be enough.
    const shortest = party.count - (groups - 1) * longest;
    this.stretches = all.map((row) => row.filter(({ columns }) => columns.length >= shortest));
    this.columns = [...new Set(this.stretches.flat().flatMap(({ columns }) => columns))].toSorted((a, b) => a - b);
  }

  /** Boxes with seats at most so many columns and rows apart. */
  *of(columns: number, rows: number): Generator<Box> {
    const { plan } = this;
    const rowNumber = (row: number): number => plan.seats[plan.rows[row]!.from]!.rowNumber;
    let toRow = 0;
    let seenTo = 0;
    for (let fromRow = 0; fromRow < plan.rows.length; fromRow += 1) {
      while (toRow < plan.rows.length && rowNumber(toRow) - rowNumber(fromRow) <= rows) toRow += 1;
      // The box after has all that matters in these rows, or the box before had.
      if (this.stretches[fromRow]!.length === 0 || toRow === seenTo) continue;
      seenTo = toRow;
      let reached = -Infinity;
      for (const fromColumn of this.columns) {
        // The box before went to the last column.
        if (reached >= plan.extent.toColumn) break;
        reached = fromColumn + columns;
        const box = { fromRow, toRow, fromColumn, toColumn: reached };
        if (this.mayHold(box)) yield box;
      }
    }
  }

  /** Whether the longest stretches of a box have seats enough, and all of them accessible ones enough. */
  private mayHold(box: Box): boolean {
    /** Lengths of the longest, the longest first. */
    const longest = Array.from({ length: this.groups }, () => 0);
    let missing = this.party.count;
    let missingAccessible = this.party.accessible;
    for (let row = box.fromRow; row < box.toRow; row += 1) {
      for (const { columns, accessible } of this.stretches[row]!) {
        let length = within(columns, box);
        missing -= Math.max(0, length - longest.at(-1)!);
        if (missingAccessible > 0) missingAccessible -= within(accessible, box);
        if (missing <= 0 && missingAccessible <= 0) return true;
        for (let index = 0; index < longest.length && length > 0; index += 1) {
          const shorter = Math.min(longest[index]!, length);
          longest[index] = Math.max(longest[index]!, length);
          length = shorter;
        }
      }
    }
    return false;
  }
}

/** How many of the columns, which are in order, are in the box. */
function within(columns: readonly number[], { fromColumn, toColumn }: Box): number {
  let [from, to] = [0, columns.length];
  while (from < to && columns[from]! < fromColumn) from += 1;
  while (to > from && columns[to - 1]! > toColumn) to -= 1;
  return to - from;
}

function stretchesOf({ plan, usable }: Stock): Stretch[][] {
  return plan.rows.map((row) => {
    const stretches: Stretch[] = [];
    let last = -2;
    for (let place = row.from; place < row.to; place += 1) {
      if (!usable[place]) continue;
      const { columnNumber, accessible } = plan.seats[place]!;
      if (last !== place - 1 || plan.steps[place] === Step.APART) stretches.push({ columns: [], accessible: [] });
      last = place;
      stretches.at(-1)!.columns.push(columnNumber);
      if (accessible) stretches.at(-1)!.accessible.push(columnNumber);
    }
    return stretches;
  });
}
