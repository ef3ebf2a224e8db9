/** Rows of libraries, from the bottom: imports point downward only, never sideways within a row. */
const ROWS = [
  ['kernel'],
  ['platform'],
  ['identity', 'audit'],
  ['catalogue', 'payments', 'promos', 'waiting-room'],
  ['reservations'],
  ['tickets'],
  ['validation', 'invoices'],
  ['search', 'stats', 'notifications'],
];

const lib = (names) => `^libs/(${names.join('|')})/`;

/** A library may not import another of its own row or of a row above. */
const rowRules = ROWS.flatMap((row, index) =>
  row.map((name) => ({
    name: `rows: ${name}`,
    severity: 'error',
    comment: 'Imports point downward only: call down, or publish an event.',
    from: { path: lib([name]) },
    to: {
      path: lib(
        ROWS.slice(index)
          .flat()
          .filter((other) => other !== name),
      ),
    },
  })),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // Row 8 has no row above: its libraries are still not each other's, which the rule for each of them says.
    ...rowRules.filter(({ to }) => to.path !== lib([])),
    {
      name: 'doors',
      severity: 'error',
      comment: "A library has one door, src/index.ts: import it as '#name'.",
      from: { path: '^(libs|apps)/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^$1/$2/'] },
    },
    {
      name: 'libraries do not know apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|migrations|test)/' },
    },
    {
      name: 'the web app knows only the schema',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: { path: '^libs/' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'the kernel is plain TypeScript',
      severity: 'error',
      from: { path: '^libs/kernel/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'] },
    },
    {
      name: 'nothing that only development has',
      severity: 'error',
      comment: 'The image is built without devDependencies; the journey and the tests run from a checkout.',
      from: { path: '^(apps|libs|migrations)/', pathNot: ['\\.spec\\.ts$', '^apps/cli/src/journey'] },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'it is there', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['holdfast', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
