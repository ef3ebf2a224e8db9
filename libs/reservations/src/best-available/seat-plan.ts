import type { Seat } from '#catalogue';

/** What the rules must know of a seat of the map. */
export type PlannedSeat = Pick<Seat, 'ordinal' | 'label' | 'rowNumber' | 'columnNumber' | 'category' | 'accessible'> & {
  position: `${Seat['position']}`;
};

/** How a seat follows the one before it in its row. */
export enum Step {
  /** Another row, or too far away to be together. */
  APART,
  BESIDE,
  ACROSS_AISLE,
}

/** The seats of one row, at `seats[from]` to `seats[to - 1]` of the plan. */
export interface PlanRow {
  from: number;
  to: number;
}

/** A part of a map: rows `fromRow` to `toRow - 1` of the plan, in them column numbers `fromColumn` to `toColumn`. */
export interface Box {
  fromRow: number;
  toRow: number;
  fromColumn: number;
  toColumn: number;
}

/**
 * A seat map laid out for the rules: row by row from the front, each row from the left. It depends on nothing
 * that is sold, so make it once for a version of a seat map.
 */
export interface SeatPlan {
  seats: PlannedSeat[];
  rows: PlanRow[];
  /** By place in `seats`: how the seat follows the one before. */
  steps: Step[];
  /** By place in `seats`: how far from the best place, 0 or more; see the two functions below. */
  discomfort: number[];
  /** By row: the least `discomfort` of a seat in it or behind it; Infinity behind the last. */
  discomfortFrom: number[];
  /** All of it. */
  extent: Box;
}

/** Rule 3: side by side, or with an aisle between them, which takes one column number. */
export function stepBetween(before: PlannedSeat | undefined, seat: PlannedSeat): Step {
  if (before?.rowNumber !== seat.rowNumber) return Step.APART;
  const distance = seat.columnNumber - before.columnNumber;
  if (distance === 1) return Step.BESIDE;
  return distance === 2 ? Step.ACROSS_AISLE : Step.APART;
}

/** Rule 6: in a vehicle people like to sit in front, and in one row at the window (a pair: one of the two at the window). */
export function vehicleDiscomfort(seat: PlannedSeat, rowIndex: number): number {
  return 2 * rowIndex + (seat.position === 'WINDOW' ? 0 : 1);
}

/** Rule 6: in a hall people like to sit near and in the middle; a row is about as deep as two seats are wide. */
export function hallDiscomfort(seat: PlannedSeat, rowIndex: number, middle: number): number {
  return 4 * rowIndex + 2 * Math.abs(seat.columnNumber - middle);
}

export function seatPlan(seats: readonly PlannedSeat[], place: 'vehicle' | 'hall'): SeatPlan {
  const sorted = seats.toSorted((a, b) => a.rowNumber - b.rowNumber || a.columnNumber - b.columnNumber);
  const steps = sorted.map((seat, index) => stepBetween(sorted[index - 1], seat));
  const rows = rowsOf(sorted);
  const discomfort = rows.flatMap(({ from, to }, rowIndex) => {
    const row = sorted.slice(from, to);
    const middle = (row[0]!.columnNumber + row.at(-1)!.columnNumber) / 2;
    return row.map((seat) =>
      place === 'vehicle' ? vehicleDiscomfort(seat, rowIndex) : hallDiscomfort(seat, rowIndex, middle),
    );
  });
  const discomfortFrom = [Infinity];
  for (const { from, to } of rows.toReversed()) {
    discomfortFrom.unshift(Math.min(discomfortFrom[0]!, ...discomfort.slice(from, to)));
  }
  const columns = sorted.map((seat) => seat.columnNumber);
  const extent = { fromRow: 0, toRow: rows.length, fromColumn: Math.min(...columns), toColumn: Math.max(...columns) };
  return { seats: sorted, rows, steps, discomfort, discomfortFrom, extent };
}

function rowsOf(sorted: readonly PlannedSeat[]): PlanRow[] {
  const rows: PlanRow[] = [];
  for (const [index, seat] of sorted.entries()) {
    if (seat.rowNumber === sorted[index - 1]?.rowNumber) rows.at(-1)!.to = index + 1;
    else rows.push({ from: index, to: index + 1 });
  }
  return rows;
}
