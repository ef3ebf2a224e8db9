import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvLine } from './csv.js';

describe('a line of CSV', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', "=cmd|' /C calc'!A0"])(
    'makes %j harmless',
    (text) => {
      expect(parse(csvLine([text]))).toEqual([[`'${text}`]]);
    },
  );

  it('leaves amounts, numbers and other text as they are', () => {
    expect(csvLine([{ amount: '-12.50' }, 7, 'a-b', null])).toBe('-12.50,7,a-b,\r\n');
  });

  it('gives back whatever text is in it', () => {
    const text = fc
      .string({ unit: 'binary' })
      .filter((one) => !/^\s*[=+\-@]|^[\t\r]|\ufeff/.test(one) && one.trim() === one);
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), (cells) => {
        expect(parse(csvLine(cells), { record_delimiter: '\r\n' })).toEqual([cells]);
      }),
    );
  });
});
