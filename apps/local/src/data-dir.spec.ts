import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainFileError, lockDataDir, prepareDataDir, runningStart } from './data-dir.js';
import { processRecord, readProcessRecord, writeProcessRecord } from './process-record.js';

const explained = (code: string) => explainFileError(Object.assign(new Error('raw'), { code }), '/data');

describe('the data folder', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'holdfast-data-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made when it is missing, and left as it was after the check', () => {
    const dataDir = join(folder, '.data');
    prepareDataDir(dataDir);
    prepareDataDir(dataDir);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('belongs to one process at a time', () => {
    const unlock = lockDataDir(folder);
    expect(runningStart(folder)).toBe(process.pid);
    expect(() => lockDataDir(folder)).toThrow(`Holdfast already runs on ${folder} (process ${process.pid})`);
    unlock();
    expect(readdirSync(folder)).toEqual([]);
    lockDataDir(folder)();
  });

  it.each([
    ['of a process that is gone', { pid: 2 ** 30, startedAt: '1' }],
    ['whose number belongs to another process by now', { pid: process.pid, startedAt: '1' }],
    ['that is damaged', undefined],
  ])('ignores a lock %s', (_, record) => {
    writeFileSync(join(folder, 'start.json'), record ? JSON.stringify(record) : '{"pid":');
    const unlock = lockDataDir(folder);
    expect(runningStart(folder)).toBe(process.pid);
    unlock();
    expect(existsSync(join(folder, 'start.json'))).toBe(false);
  });

  it('explains what went wrong in one line', () => {
    expect(explained('ENOSPC')).toBe('The disk of /data is full. Make room there');
    expect(explained('EROFS')).toBe('/data cannot be written: the file system is read-only');
    expect(explained('EACCES')).toContain('no permission');
    expect(explained('EMFILE')).toBe('raw');
  });
});

describe('the record of a process', () => {
  it('is read back while the process lives', () => {
    const file = join(tmpdir(), `holdfast-record-${process.pid}`);
    writeProcessRecord(file, process.pid);
    expect(readProcessRecord(file)).toEqual(processRecord(process.pid));
    rmSync(file);
    expect(readProcessRecord(file)).toBeUndefined();
  });
});
