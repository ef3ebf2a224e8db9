import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Runs the structure rules over a small tree of files. @returns `file: rule` for each violation */
async function violations(files: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-structure-'));
  try {
    const all = {
      'package.json': JSON.stringify({
        type: 'module',
        imports: { '#*': { holdfast: './libs/*/src/index.ts', default: './dist/*.js' } },
        dependencies: { pg: '8' },
        devDependencies: { jest: '30' },
      }),
      'tsconfig.json': JSON.stringify({ compilerOptions: { module: 'nodenext', customConditions: ['holdfast'] } }),
      ...files,
    };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
    const report = await new Promise<string>((done) => {
      execFile(
        process.execPath,
        [
          resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
          '--config',
          resolve('.dependency-cruiser.cjs'),
          '--output-type',
          'json',
          'libs',
          'apps',
        ],
        { cwd: root, maxBuffer: 10_000_000 },
        (_, stdout) => done(stdout),
      );
    });
    const { summary } = JSON.parse(report) as { summary: { violations: { from: string; rule: { name: string } }[] } };
    return summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`).toSorted();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const CLEAN = {
  'apps/api/src/main.ts': `export {} from '#platform';`,
  'libs/kernel/src/index.ts': `export { clock } from './clock.js';`,
  'libs/kernel/src/clock.ts': 'export const clock = 1;',
  'libs/platform/src/index.ts': `export { clock } from '#kernel';`,
  'libs/catalogue/src/index.ts': `export { clock } from '#platform';`,
  'libs/payments/src/index.ts': 'export const payments = 1;',
  'libs/tickets/src/index.ts': 'export const tickets = 1;',
  'libs/stats/src/index.ts': 'export const stats = 1;',
};

/** One violation of every rule: the file with it, its text, and the rule. */
const PLANTED = [
  ['libs/kernel/src/upward.ts', `export { tickets } from '#tickets';`, 'rows: kernel'],
  ['libs/catalogue/src/sideways.ts', `export { payments } from '#payments';`, 'rows: catalogue'],
  ['libs/search/src/what-nobody-imports.ts', `export { stats } from '#stats';`, 'rows: search'],
  ['libs/platform/src/past-the-door.ts', `export { clock } from '../../kernel/src/clock.js';`, 'doors'],
  ['apps/api/src/past-the-door.ts', `export { clock } from '../../../libs/kernel/src/clock.js';`, 'doors'],
  ['libs/tickets/src/knows-an-app.ts', `export * from '../../../apps/api/src/main.js';`, 'libraries do not know apps'],
  ['apps/web/src/imports-a-library.ts', `export { clock } from '#kernel';`, 'the web app knows only the schema'],
  ['libs/tickets/src/cycle.ts', `import './the-way-back.js'; export {};`, 'no cycles'],
  ['libs/kernel/src/needs-a-package.ts', `export { default } from 'pg';`, 'the kernel is plain TypeScript'],
  ['libs/platform/src/for-development.ts', `import 'jest'; export {};`, 'nothing that only development has'],
  ['libs/platform/src/nothing-there.ts', `export * from './gone.js';`, 'it is there'],
] as const;

describe('the structure rules', () => {
  let found: string[];
  beforeAll(async () => {
    const planted = Object.fromEntries(PLANTED.map(([file, text]) => [file, text]));
    found = await violations({
      ...CLEAN,
      ...planted,
      'libs/tickets/src/the-way-back.ts': `import './cycle.js'; export {};`,
    });
  });

  it('let imports point downward', async () => {
    expect(await violations(CLEAN)).toEqual([]);
  });

  it.each(PLANTED)('catch %s', (file, _, rule) => {
    expect(found).toContain(`${file}: ${rule}`);
  });
});
