import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastWords } from './log-file.js';

describe('the last words of a server', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const words = (...lines: string[]) => {
    const file = join(folder, 'log');
    writeFileSync(file, lines.join('\n'));
    return lastWords(file).replace(` (${file})`, '');
  };

  it('are the errors among them, without time and process number', () => {
    expect(
      words(
        '2026-11-21 07:24:08.750 UTC [6545] LOG:  starting PostgreSQL 18.4',
        '2026-11-21 07:24:08.751 UTC [6545] FATAL:  could not create any TCP/IP sockets',
        '2026-11-21 07:24:08.752 UTC [6545] LOG:  database system is shut down',
      ),
    ).toBe('FATAL:  could not create any TCP/IP sockets');
    expect(words('E: Unable to locate package redis-server', 'done')).toBe('E: Unable to locate package redis-server');
  });

  it('are the last two lines when none is an error', () => {
    expect(words('a', 'b', '1:M 21 Nov 2026 07:24:08.739 * c')).toBe('b; c');
  });

  it('may be missing', () => {
    expect(words('')).toBe('it said nothing');
    expect(lastWords('/nowhere')).toBe('it said nothing (/nowhere)');
  });
});
