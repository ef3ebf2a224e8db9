import { type PlannedSeat, Step, hallDiscomfort, stepBetween, vehicleDiscomfort } from './seat-plan.js';
import {
  Beside,
  faultOrder,
  isFreeFor,
  isOfCategory,
  isOrphaned,
  keepsAccessibleFirst,
  looseness,
} from './seat-rules.js';

const JOURNEY = { from: 2, to: 4 };

function seatAt(rowNumber: number, columnNumber: number, position: PlannedSeat['position'] = 'MIDDLE'): PlannedSeat {
  return { ordinal: 0, label: '', rowNumber, columnNumber, position, category: 'standard', accessible: false };
}

describe('rule 1, free for the whole journey', () => {
  it.each([
    ['ss..ss', true],
    ['...h..', false],
    ['..s...', false],
    ['...', false],
    ['', false],
  ])('%s between the calls 2 and 4: %s', (legs, free) => expect(isFreeFor(legs, JOURNEY)).toBe(free));

  it.each([
    [undefined, true],
    ['standard', true],
    ['front', false],
  ])('a standard seat for one who wants %s: %s', (category, fits) =>
    expect(isOfCategory(seatAt(1, 1), { count: 1, category })).toBe(fits),
  );
});

describe('rule 2, accessible places are kept', () => {
  it.each([
    [undefined, true],
    [0, true],
    [1, false],
  ])('before company when %s of the party need one: %s', (accessible, first) =>
    expect(keepsAccessibleFirst({ count: 2, accessible })).toBe(first),
  );
});

describe('rule 3, side by side', () => {
  it.each([
    [1, 1, 1, 2, Step.BESIDE],
    [1, 1, 1, 3, Step.ACROSS_AISLE],
    [1, 1, 1, 4, Step.APART],
    [1, 1, 2, 2, Step.APART],
  ])('row %s column %s, then row %s column %s: %s', (row, column, nextRow, nextColumn, step) =>
    expect(stepBetween(seatAt(row, column), seatAt(nextRow, nextColumn))).toBe(step),
  );

  it('the first seat follows nobody', () => expect(stepBetween(undefined, seatAt(1, 1))).toBe(Step.APART));
});

describe('rule 4, the tightest fit', () => {
  it.each([
    ['ss..ss', 0],
    ['ss..', 0],
    ['s...ss', 4],
    ['ss....', 7],
    ['s....s', 8],
    ['......', 14],
    ['.s..s.', 0],
  ])('%s has %s to spare around 2 to 4', (legs, spare) => expect(looseness(legs, JOURNEY)).toBe(spare));
});

describe('rule 5, no seat left alone', () => {
  it.each([
    [Beside.PARTY, Beside.END, true],
    [Beside.TAKEN, Beside.PARTY, true],
    [Beside.PARTY, Beside.PARTY, true],
    [Beside.PARTY, Beside.FREE, false],
    [Beside.FREE, Beside.TAKEN, false],
    // It was alone before.
    [Beside.TAKEN, Beside.END, false],
  ])('between %s and %s: %s', (left, right, orphaned) => expect(isOrphaned(left, right)).toBe(orphaned));
});

describe('rule 6, the better places', () => {
  it('in a vehicle the row counts more than the window', () => {
    const [front, window, aisle] = [
      vehicleDiscomfort(seatAt(1, 2, 'AISLE'), 0),
      vehicleDiscomfort(seatAt(2, 1, 'WINDOW'), 1),
      vehicleDiscomfort(seatAt(2, 2, 'AISLE'), 1),
    ];
    expect([front, window, aisle]).toEqual([front, window, aisle].toSorted((a, b) => a - b));
    expect(new Set([front, window, aisle]).size).toBe(3);
  });

  it('in a hall a row behind is worth two seats towards the middle', () => {
    const middle = 5.5;
    expect(hallDiscomfort(seatAt(1, 5), 0, middle)).toBe(hallDiscomfort(seatAt(1, 6), 0, middle));
    expect(hallDiscomfort(seatAt(1, 3), 0, middle)).toBe(hallDiscomfort(seatAt(2, 5), 1, middle));
    expect(hallDiscomfort(seatAt(1, 4), 0, middle)).toBeLessThan(hallDiscomfort(seatAt(2, 5), 1, middle));
  });
});

describe('the order of the rules', () => {
  it('is 2 to 6, with company before accessible places for those who need one', () => {
    expect(faultOrder(true, false)).toEqual(['accessible', 'group', 'aisle', 'looseness', 'orphan', 'discomfort']);
    expect(faultOrder(false, false)).toEqual(['group', 'accessible', 'aisle', 'looseness', 'orphan', 'discomfort']);
  });

  it('can have rule 5 before rule 4', () => {
    expect(faultOrder(true, true)).toEqual(['accessible', 'group', 'aisle', 'orphan', 'looseness', 'discomfort']);
  });
});
