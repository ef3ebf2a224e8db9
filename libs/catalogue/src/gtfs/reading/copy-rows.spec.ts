import fc from 'fast-check';
import { copyRows } from './copy-rows.js';
import type { FeedTable } from './feed-tables.js';
import { optional, text, time } from './fields.js';

const table: FeedTable = {
  file: 'things.txt',
  table: 'things',
  columns: {
    id: { type: 'text', field: text, required: true },
    at: { type: 'int', field: optional(time) },
    name: { type: 'text', field: optional(text) },
  },
};

/** The rows as COPY would read them, from a file that arrives in pieces of `size` bytes. */
async function read(file: string | Buffer, size = 7): Promise<string[][]> {
  const bytes = Buffer.from(file);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
  }
  let rows = '';
  for await (const some of copyRows(table, pieces())) rows += some;
  return rows
    .split('\n')
    .slice(0, -1)
    .map((row) => row.split('\t'));
}

it('gives line, then the columns of the table, whatever their order in the file', async () => {
  expect(await read('name,unknown,at,id\nOne,x,08:00:00,1\n,,,2')).toEqual([
    ['2', '1', '28800', 'One'],
    ['3', '2', '\\N', '\\N'],
  ]);
});

it('reads a column that the file does not have as empty', async () => {
  expect(await read('id\n1\n')).toEqual([['2', '1', '\\N', '\\N']]);
});

it('takes a byte order mark, CRLF, quotes, blanks, blank lines and short records', async () => {
  const file = '\uFEFF"id" , at,name\r\n\r\n 1 ,"08:00:00", "Perth, ""Broxden""" \r\n,,\r\n2\r\n';
  expect(await read(file)).toEqual([
    ['3', '1', '28800', 'Perth, "Broxden"'],
    ['5', '2', '\\N', '\\N'],
  ]);
});

it('takes old Mac line ends, and mixed ones', async () => {
  expect((await read('id\r1\r2\n3\r\n4')).map(([line, id]) => [line, id])).toEqual([
    ['2', '1'],
    ['3', '2'],
    ['4', '3'],
    ['5', '4'],
  ]);
});

it('knows the line where each record begins, however it is quoted and cut into pieces', async () => {
  const value = fc
    .array(fc.constantFrom('a', 'é', ',', '"', '\n', '\r\n', ' '), { maxLength: 6 })
    .map((parts) => `x${parts.join('')}x`);
  const record = fc.record({ value, blankLines: fc.integer({ min: 0, max: 2 }), end: fc.constantFrom('\n', '\r\n') });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1 }), fc.integer({ min: 1, max: 40 }), async (records, size) => {
      let file = 'id,name\n';
      const expected: string[] = [];
      for (const { value: name, blankLines, end } of records) {
        file += end.repeat(blankLines);
        expected.push(String(file.split('\n').length));
        file += `1,"${name.replaceAll('"', '""')}"${end}`;
      }
      expect((await read(file, size)).map(([line]) => line)).toEqual(expected);
    }),
  );
});

it.each([
  ['', 'things.txt line 1: is empty'],
  ['\n\n', 'things.txt line 1: is empty'],
  ['name,at\nx,\n', 'things.txt line 1: has no column id'],
  ['id,name,id\n1,2,3\n', 'things.txt line 1: has the column id twice'],
  ['id,at\n1,08:00:00\n\n2,8:61\n', 'things.txt line 4: at "8:61" is not a time (HH:MM:SS)'],
  ['id,at\n,08:00:00\n', 'things.txt line 2: id is empty'],
  ['id,at\n1,08:00:00,surplus\n', 'things.txt line 2: has more values than there are columns'],
  ['id,name\n1,a\n2,"b\n3,c\n', 'things.txt line 3: has a quote that is not closed'],
  ['id,name\n1,a\n2,"b\n3,"c"\n', 'things.txt line 3: has text behind a closing quote: is a quote not closed?'],
  ['id,name\n1,a\n\n2,b"c"\n', 'things.txt line 4: has a quote inside a value that does not begin with one'],
  [`id,name\n1,a\n2,"${'b\n'.repeat(70_000)}`, 'things.txt line 3: is longer than 128 KiB: is a quote not closed?'],
])('refuses %#', async (file, message) => {
  await expect(read(file, 5000)).rejects.toThrow(message);
});

it('refuses bytes that are not UTF-8', async () => {
  await expect(read(Buffer.from('id,name\n1,caf\xe9\n', 'latin1'))).rejects.toThrow(
    'things.txt line 2: name "caf\uFFFD" is not UTF-8',
  );
});

it('takes columns without values beyond the last', async () => {
  expect(await read('id,at\n1,08:00:00,,\n')).toHaveLength(1);
});

/** A stream that ends in an error, as that of a damaged zip. */
async function* broken() {
  yield await Promise.resolve(Buffer.from('id\n1\n'));
  throw new Error('invalid distance too far back');
}

it('says that a file could not be read to its end', async () => {
  await expect(async () => {
    for await (const _ of copyRows(table, broken())) continue;
  }).rejects.toThrow('things.txt: cannot be read (invalid distance too far back)');
});
