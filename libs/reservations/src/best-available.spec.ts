import { type BestAvailable, type PlannedSeat, type Wish, bestAvailable, seatPlan } from './best-available.js';

const ONE_LEG = { from: 0, to: 1 };

interface Drawing {
  seats: PlannedSeat[];
  legs: string[];
  /** Labels of the seats that should be chosen. */
  chosen: string[];
}

/**
 * A map as it is seen from above, the first line in front. A blank is an aisle, `x` is taken, `.` is free and `#` should
 * be chosen; `a` and `@` likewise, and accessible.
 */
function draw(lines: string[]): Drawing {
  const drawing: Drawing = { seats: [], legs: [], chosen: [] };
  for (const [row, line] of lines.entries()) {
    for (const [column, letter] of Array.from(line).entries()) {
      if (letter === ' ') continue;
      const atWall = column === 0 || column === line.length - 1;
      const label = `${row + 1}${'ABCDEFGHIJKL'[column]}`;
      drawing.seats.push({
        ordinal: drawing.seats.length,
        label,
        rowNumber: row + 1,
        columnNumber: column + 1,
        position: atWall ? 'WINDOW' : 'MIDDLE',
        category: 'standard',
        accessible: 'a@'.includes(letter),
      });
      drawing.legs.push(letter === 'x' ? 's' : '.');
      if ('#@'.includes(letter)) drawing.chosen.push(label);
    }
  }
  return drawing;
}

function labels({ seats }: Drawing, answer: BestAvailable): string[] {
  if (answer.outcome === 'too-few') return [];
  return answer.groups.flat().map((ordinal) => seats[ordinal]!.label);
}

function expectChoice(wish: Wish, lines: string[], place: 'vehicle' | 'hall' = 'vehicle'): void {
  const drawing = draw(lines);
  const answer = bestAvailable(seatPlan(drawing.seats, place), drawing.legs, ONE_LEG, wish);
  expect(labels(drawing, answer)).toEqual(drawing.chosen);
}

describe('best available', () => {
  it('says how many there are when they are too few', () => {
    const { seats, legs } = draw(['xa', '.x']);
    const ask = (wish: Wish): BestAvailable => bestAvailable(seatPlan(seats, 'vehicle'), legs, ONE_LEG, wish);
    expect(ask({ count: 3 })).toEqual({ outcome: 'too-few', free: 2, accessible: 1 });
    expect(ask({ count: 2, accessible: 2 })).toEqual({ outcome: 'too-few', free: 2, accessible: 1 });
    expect(ask({ count: 1, category: 'front' })).toEqual({ outcome: 'too-few', free: 0, accessible: 0 });
  });

  it('finds nothing on a map without seats', () => {
    expect(bestAvailable(seatPlan([], 'hall'), [], ONE_LEG, { count: 1 })).toMatchObject({ outcome: 'too-few' });
  });

  it.each([
    { count: 0 },
    { count: 51 },
    { count: 1.5 },
    { count: 1, accessible: 2 },
    { count: 1, accessible: -1 },
    { count: 1, accessible: 0.5 },
  ])('%j is no wish', (wish) => {
    expect(() => bestAvailable(seatPlan([], 'hall'), [], ONE_LEG, wish)).toThrow(RangeError);
  });

  it('does not mind in which order the map lists its seats', () => {
    const { seats, legs } = draw(['.. x.', 'x. ..', '.....']);
    const ask = (listed: PlannedSeat[]): BestAvailable =>
      bestAvailable(seatPlan(listed, 'vehicle'), legs, ONE_LEG, { count: 3 });
    expect(ask(seats.toReversed())).toEqual(ask(seats));
  });

  it('stays within the category', () => {
    const { seats, legs } = draw(['.. ..', '.. ..']);
    const plan = seatPlan(
      seats.map((seat) => ({ ...seat, category: seat.rowNumber === 1 ? 'front' : 'rear' })),
      'vehicle',
    );
    expect(bestAvailable(plan, legs, ONE_LEG, { count: 2, category: 'rear' })).toEqual({
      outcome: 'chosen',
      groups: [[4, 5]],
    });
  });
});

describe('accessible places are for those who need them', () => {
  it.each<[string, Wish, string[]]>([
    ['others sit behind them', { count: 2 }, ['aa aa', '## ..']],
    ['others sit apart rather than on them', { count: 2 }, ['aa aa', '#x x#']],
    ['others get one when nothing else is left, and only one', { count: 2 }, ['@a aa', '#x xx']],
    ['others who must be together get them', { count: 2, together: 'required' }, ['@@ aa', '.x x.']],
    [
      'others who must be together take as few as can be',
      { count: 2, together: 'required' },
      ['aa aa', '.x x.', 'x# @x'],
    ],
    ['who needs one gets one', { count: 1, accessible: 1 }, ['.. ..', '.. @x']],
    ['and sits with the others', { count: 2, accessible: 1 }, ['@@ aa', '.. ..']],
    ['who do not take a second one without need', { count: 2, accessible: 1 }, ['aa aa', '.. #@']],
    ['two who need one get one each, though it parts them', { count: 2, accessible: 2 }, ['@. ..', '.. @.']],
  ])('%s', (_, wish, lines) => expectChoice(wish, lines));
});

describe('a party sits together', () => {
  it.each<[string, Wish, string[]]>([
    ['side by side before across an aisle', { count: 2 }, ['x. .x', 'xx ##']],
    ['across an aisle before apart', { count: 2 }, ['.x x.', 'x# #x', 'xx x.']],
    ['not across a taken seat', { count: 2 }, ['.x.', 'x##']],
    ['in two groups before three', { count: 4 }, ['.x x.', '.x x.', '## xx', 'xx ##']],
    ['in groups whose rows are near', { count: 4 }, ['.. xx', 'xx xx', 'xx xx', '## xx', '## xx']],
    ['in groups whose columns are near', { count: 2 }, ['.xxxxx#', 'xxxxxx#']],
  ])('%s', (_, wish, lines) => expectChoice(wish, lines));

  it('or gets an offer of groups when it must', () => {
    const { seats, legs } = draw(['.x x.', '.x xx']);
    const ask = (together: 'required' | 'preferred'): BestAvailable =>
      bestAvailable(seatPlan(seats, 'vehicle'), legs, ONE_LEG, { count: 2, together });
    expect(ask('required')).toEqual({ outcome: 'apart', groups: [[0], [4]] });
    expect(ask('preferred')).toEqual({ outcome: 'chosen', groups: [[0], [4]] });
  });
});

describe('no seat is left alone', () => {
  it.each<[string, Wish, string[]]>([
    ['one sits beside another', { count: 1 }, ['.. ..', '#x ..']],
    ['one takes the end of a bench', { count: 1 }, ['.. ..', '#....']],
    ['one takes what is alone already', { count: 1 }, ['.. ..', 'x#x..']],
    ['two do not take the middle of four', { count: 2 }, ['##..', 'xxxx']],
    ['two do not break a bench of three', { count: 2 }, ['...', 'x##']],
    ['yet company comes first', { count: 2 }, ['##.', 'x. .x']],
  ])('%s', (_, wish, lines) => expectChoice(wish, lines));
});

describe('on a trip, the tightest fit', () => {
  it.each([
    ['the gap of one leg before the free seat', ['....', 's.ss', 's..s'], 1],
    ['a short free run before a long one', ['....', '...s', 's..s'], 2],
    ['what has one piece left before what has two', ['...s', 's...'], 1],
  ])('%s', (_, legs, expected) => {
    // One seat a row, so that no other rule decides.
    const { seats } = draw(legs.map(() => '.'));
    const plan = seatPlan(seats, 'vehicle');
    const answer = bestAvailable(plan, legs, { from: 1, to: 2 }, { count: 1 });
    expect(answer).toEqual({ outcome: 'chosen', groups: [[expected]] });
  });
});

describe('a trip on which a tight fit would leave a seat alone', () => {
  const { seats } = draw(['.. ..']);
  const choose = (legs: string[], orphansFirst: boolean): BestAvailable =>
    bestAvailable(seatPlan(seats, 'vehicle'), legs, { from: 0, to: 1 }, { count: 1 }, orphansFirst);

  it('takes the tight fit, or, when told so, leaves nobody alone', () => {
    const legs = ['.s', '..', 's.', '..'];
    expect(choose(legs, false)).toMatchObject({ groups: [[0]] });
    expect(choose(legs, true)).toMatchObject({ groups: [[3]] });
  });

  it('leaves nobody alone among seats that fit alike', () => {
    expect(choose(['..', '..', 's.', '..'], false)).toMatchObject({ groups: [[3]] });
  });
});

describe('the better places', () => {
  it.each<[string, Wish, string[], 'vehicle' | 'hall']>([
    ['a pair in front, at the left window', { count: 2 }, ['## ..', '.. ..'], 'vehicle'],
    ['one at the window, on either side', { count: 1 }, ['x. x#', '.. xx'], 'vehicle'],
    ['the middle of the front row', { count: 2 }, ['....##....', '..........'], 'hall'],
    ['the middle of the second row before the ends of the first', { count: 2 }, ['..xxxxxx..', '....##....'], 'hall'],
    [
      'near the middle in the first row before the middle of the second',
      { count: 2 },
      ['..##xx....', '..........'],
      'hall',
    ],
  ])('%s', (_, wish, lines, place) => expectChoice(wish, lines, place));
});
