import { SeatPosition } from './seat-map.entity.js';

/** A seat of a layout, before it belongs to an organization's seat map. */
interface LayoutSeat {
  label: string;
  rowNumber: number;
  columnNumber: number;
  position: SeatPosition;
  category: string;
  accessible: boolean;
}

export interface Layout {
  seats: LayoutSeat[];
  areas: { name: string; capacity: number }[];
}

/** A row as seen from behind: letters are seats, a blank is an aisle. `AB CD` is 2+2. */
function row(rowNumber: number, pattern: string, category: string, accessible = false): LayoutSeat[] {
  const at = (index: number): string => pattern[index] ?? '';
  return Array.from(pattern).flatMap((letter, index) => {
    if (letter === ' ') return [];
    const besideAisle = at(index - 1) === ' ' || at(index + 1) === ' ';
    const atWall = index === 0 || index === pattern.length - 1;
    const position = atWall ? SeatPosition.WINDOW : besideAisle ? SeatPosition.AISLE : SeatPosition.MIDDLE;
    return [{ label: `${rowNumber}${letter}`, rowNumber, columnNumber: index + 1, position, category, accessible }];
  });
}

function rows(count: number, make: (rowNumber: number) => LayoutSeat[]): LayoutSeat[] {
  return Array.from({ length: count }, (_, index) => make(index + 1)).flat();
}

/** Ready-made layouts. */
export const LAYOUTS: Record<string, () => Layout> = {
  /** A coach of 49: eleven rows of 2+2, the first without steps, and a bench of five at the back. */
  'coach-49': () => ({
    seats: [...rows(11, (number) => row(number, 'AB CD', 'standard', number === 1)), ...row(12, 'ABECD', 'standard')],
    areas: [],
  }),
  /** A minibus of 16: five rows of 1+2 and one on its own by the door. */
  'minibus-16': () => ({
    seats: rows(6, (number) => (number === 1 ? row(1, 'A', 'standard', true) : row(number, 'A BC', 'standard'))),
    areas: [],
  }),
  /** A small hall of 96: eight rows of twelve with an aisle in the middle; the front row is dearer and without steps. */
  'small-hall': () => ({
    seats: rows(8, (number) => row(number, 'ABCDEF GHJKLM', number === 1 ? 'front' : 'standard', number === 1)),
    areas: [],
  }),
  /** A hall of 60 seats and a standing area for 200. */
  'hall-standing': () => ({
    seats: rows(6, (number) => row(number, 'ABCDE FGHJK', 'balcony', number === 1)),
    areas: [{ name: 'Standing', capacity: 200 }],
  }),
};
