import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FORBIDDEN_FOLDERS = [
  'services',
  'dto',
  'dtos',
  'interfaces',
  'utils',
  'helpers',
  'common',
  'shared',
  'manager',
  'managers',
];

/** A rule about the text of a file, with the files in which it does not hold. */
const RULES: { rule: string; pattern: RegExp; except: RegExp; example: string }[] = [
  {
    rule: 'only the configuration reads the environment',
    pattern: /process\.env\b/,
    except: /^apps\/(local|cli)\/|main\.ts$|^libs\/platform\/src\/config\//,
    example: 'process.env.HOME',
  },
  {
    rule: 'the time comes from the Clock',
    pattern: /new Date\(\)|Date\.now\(\)/,
    except: /^apps\/(local|cli)\/|^libs\/kernel\/src\/(clock|ids)\.ts$/,
    example: 'new Date()',
  },
  { rule: 'chance comes from node:crypto', pattern: /Math\.random\(/, except: /^$/, example: 'Math.random()' },
  {
    rule: 'no Number for money',
    pattern: /parseFloat\(|\.toFixed\(/,
    except: /^apps\/(local|cli)\//,
    example: 'x.toFixed(2)',
  },
];

const files = ['apps', 'libs'].flatMap((top) =>
  readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name)),
);
const code = files.filter((file) => !file.endsWith('.spec.ts'));

describe('house rules', () => {
  it.each(RULES)('$rule', ({ pattern, except, example }) => {
    expect(example).toMatch(pattern);
    expect(code.filter((file) => !except.test(file) && pattern.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('folders are named after concepts', () => {
    expect(files.filter((file) => file.split('/').some((part) => FORBIDDEN_FOLDERS.includes(part)))).toEqual([]);
  });

  it('files are kebab-case', () => {
    expect(files.filter((file) => !/^[a-z0-9.-]+$/.test(file.split('/').at(-1)!))).toEqual([]);
  });

  it('nine files in ten are short', () => {
    const lengths = code.map((file) => readFileSync(file, 'utf8').split('\n').length).toSorted((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(70);
    expect(lengths[Math.floor(lengths.length * 0.9)]).toBeLessThanOrEqual(170);
  });
});
