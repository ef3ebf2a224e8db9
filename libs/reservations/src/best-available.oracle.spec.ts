import type { LegRange } from '#kernel';
import fc from 'fast-check';
import { type BestAvailable, type PlannedSeat, type Wish, bestAvailable, seatPlan } from './best-available.js';

interface Case {
  seats: PlannedSeat[];
  legs: string[];
  journey: LegRange;
  wish: Wish;
  place: 'vehicle' | 'hall';
  orphansFirst: boolean;
}

const MOST_LEGS = 4;

/** A cell of a map: a seat and whether each leg of it is free, or an aisle. */
const cell = fc.oneof(
  { weight: 1, arbitrary: fc.constant('aisle' as const) },
  {
    weight: 5,
    arbitrary: fc.record({
      category: fc.constantFrom('standard', 'standard', 'standard', 'front'),
      accessible: fc.constantFrom(false, false, false, true),
      position: fc.constantFrom('WINDOW' as const, 'MIDDLE' as const),
      legs: fc.string({ unit: fc.constantFrom('.', '.', '.', 'h', 's'), minLength: MOST_LEGS, maxLength: MOST_LEGS }),
    }),
  },
);
const rowOfCells = fc.record({
  behind: fc.constantFrom(1, 1, 1, 2),
  cells: fc.array(cell, { minLength: 1, maxLength: 6 }),
});

const wishes: fc.Arbitrary<Wish> = fc
  .record({
    count: fc.integer({ min: 1, max: 4 }),
    category: fc.constantFrom(undefined, undefined, 'standard'),
    accessible: fc.constantFrom(undefined, 0, 0, 1, 2),
    together: fc.constantFrom(undefined, 'preferred' as const, 'required' as const),
  })
  .map((wish) => ({ ...wish, accessible: wish.accessible && Math.min(wish.accessible, wish.count) }));

const cases: fc.Arbitrary<Case> = fc
  .record({
    rows: fc.array(rowOfCells, { minLength: 1, maxLength: 4 }),
    legs: fc.integer({ min: 1, max: MOST_LEGS }),
    from: fc.nat(MOST_LEGS - 1),
    length: fc.integer({ min: 1, max: MOST_LEGS }),
    wish: wishes,
    place: fc.constantFrom('vehicle' as const, 'hall' as const),
    orphansFirst: fc.boolean(),
  })
  .map(({ rows, legs, from, length, ...rest }) => {
    let rowNumber = 0;
    const drawn = rows.flatMap(({ behind, cells }) => {
      rowNumber += behind;
      return cells.flatMap((seat, index) =>
        seat === 'aisle' ? [] : [{ ...seat, rowNumber, columnNumber: index + 1, label: `${rowNumber}-${index + 1}` }],
      );
    });
    const journey = { from: from % legs, to: Math.min((from % legs) + length, legs) };
    const kept = drawn.slice(0, 12);
    return {
      seats: kept.map((seat, ordinal) => ({ ...seat, ordinal })),
      legs: kept.map((seat) => seat.legs.slice(0, legs)),
      journey,
      ...rest,
    };
  });

/** The rules once more, slowly: every choice of seats that rule 1 allows, and what is wrong with it. */
class Oracle {
  readonly choices: PlannedSeat[][];

  constructor(private readonly given: Case) {
    const { seats, wish } = given;
    const usable = seats.filter((seat) => this.isFree(seat) && [undefined, seat.category].includes(wish.category));
    this.choices = subsets(usable, wish.count).filter((choice) => this.accessibleOf(choice) >= (wish.accessible ?? 0));
  }

  isFree({ ordinal }: PlannedSeat): boolean {
    const { from, to } = this.given.journey;
    return /^\.+$/.test(this.given.legs[ordinal]!.slice(from, to));
  }

  accessibleOf(choice: PlannedSeat[]): number {
    return choice.filter((seat) => seat.accessible).length;
  }

  groupsOf(choice: PlannedSeat[]): PlannedSeat[][] {
    const groups: PlannedSeat[][] = [];
    for (const seat of choice.toSorted((a, b) => a.rowNumber - b.rowNumber || a.columnNumber - b.columnNumber)) {
      const before = groups.at(-1)?.at(-1);
      if (before && (this.isBeside(before, seat) || this.isAcrossAisle(before, seat))) groups.at(-1)!.push(seat);
      else groups.push([seat]);
    }
    return groups;
  }

  orphansOf(choice: PlannedSeat[]): PlannedSeat[] {
    return this.given.seats.filter((seat) => {
      const sides = [-1, 1].map((side) => this.at(seat.rowNumber, seat.columnNumber + side));
      const alone = sides.every((side) => !side || !this.isFree(side) || choice.includes(side));
      return (
        this.isFree(seat) && !choice.includes(seat) && alone && sides.some((side) => side && choice.includes(side))
      );
    });
  }

  /** In the order of the rules; less is better. */
  faults(choice: PlannedSeat[], companyFirst: boolean): number[] {
    const groups = this.groupsOf(choice).length;
    const accessible = this.accessibleOf(choice);
    const orphans = this.orphansOf(choice).length;
    const spare = sum(choice.map((seat) => this.spare(seat)));
    const spread = (numbers: number[]): number => Math.max(...numbers) - Math.min(...numbers);
    const columns = spread(choice.map((seat) => seat.columnNumber));
    const rows = spread(choice.map((seat) => seat.rowNumber));
    return [
      ...(companyFirst ? [groups, accessible] : [accessible, groups]),
      ...(groups > 1 ? [Math.max(columns, 2 * rows), rows] : []),
      choice.filter((seat) => choice.some((before) => this.isAcrossAisle(before, seat))).length,
      ...(this.given.orphansFirst ? [orphans, spare] : [spare, orphans]),
      sum(choice.map((seat) => this.discomfort(seat))),
    ];
  }

  least(choices: PlannedSeat[][], companyFirst: boolean): number[] {
    return choices.map((choice) => this.faults(choice, companyFirst)).toSorted(compare)[0]!;
  }

  private spare({ ordinal }: PlannedSeat): number {
    const { from, to } = this.given.journey;
    const letters = this.given.legs[ordinal]!;
    const before = /\.*$/.exec(letters.slice(0, from))![0].length;
    const after = /^\.*/.exec(letters.slice(to))![0].length;
    return 3 * (before + after) + Math.min(before, 1) + Math.min(after, 1);
  }

  private discomfort(seat: PlannedSeat): number {
    const rows = [...new Set(this.given.seats.map(({ rowNumber }) => rowNumber))];
    const row = rows.filter((rowNumber) => rowNumber < seat.rowNumber).length;
    if (this.given.place === 'vehicle') return 2 * row + (seat.position === 'WINDOW' ? 0 : 1);
    const columns = this.given.seats
      .filter((other) => other.rowNumber === seat.rowNumber)
      .map((other) => other.columnNumber);
    return 4 * row + Math.abs(2 * seat.columnNumber - Math.min(...columns) - Math.max(...columns));
  }

  private at(row: number, column: number): PlannedSeat | undefined {
    return this.given.seats.find((seat) => seat.rowNumber === row && seat.columnNumber === column);
  }

  private isBeside(left: PlannedSeat, right: PlannedSeat): boolean {
    return left.rowNumber === right.rowNumber && right.columnNumber - left.columnNumber === 1;
  }

  private isAcrossAisle(left: PlannedSeat, right: PlannedSeat): boolean {
    const twoOn = left.rowNumber === right.rowNumber && right.columnNumber - left.columnNumber === 2;
    return twoOn && !this.at(left.rowNumber, left.columnNumber + 1);
  }
}

function subsets<T>(items: T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, index) => subsets(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function ask({ seats, legs, journey, wish, place, orphansFirst }: Case): BestAvailable {
  return bestAvailable(seatPlan(seats, place), legs, journey, wish, orphansFirst);
}

/** The seats of an answer that has some. */
function seatsOf({ seats }: Case, answer: BestAvailable): PlannedSeat[] | undefined {
  return answer.outcome === 'too-few' ? undefined : answer.groups.flat().map((ordinal) => seats[ordinal]!);
}

/** Every property holds for this many maps. */
const RUNS = { numRuns: 1_000 };

function always(property: (given: Case, oracle: Oracle, answer: BestAvailable) => void): void {
  fc.assert(
    fc.property(cases, (given) => property(given, new Oracle(given), ask(given))),
    RUNS,
  );
}

describe('best available, on any small map', () => {
  it('never returns a taken seat, a seat twice, or one of another category', () => {
    always((given, oracle, answer) => {
      const chosen = seatsOf(given, answer) ?? [];
      expect(new Set(chosen).size).toBe(answer.outcome === 'too-few' ? 0 : given.wish.count);
      for (const seat of chosen) {
        expect(oracle.isFree(seat)).toBe(true);
        if (given.wish.category) expect(seat.category).toBe(given.wish.category);
      }
    });
  });

  it('finds seats if and only if there are enough', () => {
    always((_, oracle, answer) => expect(answer.outcome === 'too-few').toBe(oracle.choices.length === 0));
  });

  it('has a party together if and only if it must be and can, and else says so', () => {
    always((given, oracle, answer) => {
      if (given.wish.together !== 'required' || oracle.choices.length === 0) return;
      const can = oracle.choices.some((choice) => oracle.groupsOf(choice).length === 1);
      expect(answer.outcome).toBe(can ? 'chosen' : 'apart');
      if (can) expect(answer).toMatchObject({ groups: [expect.anything()] });
    });
  });

  it('gives accessible places to those who need them, and to others only when nothing else fits', () => {
    always((given, oracle, answer) => {
      const chosen = seatsOf(given, answer);
      if (!chosen) return;
      const needed = given.wish.accessible ?? 0;
      expect(oracle.accessibleOf(chosen)).toBeGreaterThanOrEqual(needed);
      if (needed > 0 || given.wish.together === 'required') return;
      expect(oracle.accessibleOf(chosen)).toBe(
        Math.min(...oracle.choices.map((choice) => oracle.accessibleOf(choice))),
      );
    });
  });

  it('leaves a seat alone only when every choice that is as good by the rules before does', () => {
    always((given, oracle, answer) => {
      const chosen = seatsOf(given, answer);
      if (!chosen || oracle.orphansOf(chosen).length === 0) return;
      const before = (choice: PlannedSeat[]): number[] =>
        oracle.faults(choice, true).slice(0, given.orphansFirst ? -3 : -2);
      const asGood = oracle.choices.filter((choice) => compare(before(choice), before(chosen)) === 0);
      expect(asGood.filter((choice) => oracle.orphansOf(choice).length === 0)).toEqual([]);
    });
  });

  it('is the best of all choices by all rules', () => {
    always((given, oracle, answer) => {
      const chosen = seatsOf(given, answer);
      if (!chosen || answer.outcome === 'too-few') return;
      const mustBeTogether = given.wish.together === 'required' && answer.outcome === 'chosen';
      const companyFirst = Boolean(given.wish.accessible) || mustBeTogether;
      expect(oracle.faults(chosen, companyFirst)).toEqual(oracle.least(oracle.choices, companyFirst));
      expect(answer.groups).toEqual(oracle.groupsOf(chosen).map((group) => group.map((seat) => seat.ordinal)));
    });
  });

  it('is the same for the same map, in whatever order its seats are listed', () => {
    always((given, _, answer) => {
      expect(ask(given)).toEqual(answer);
      expect(ask({ ...given, seats: given.seats.toReversed() })).toEqual(answer);
    });
  });
});
