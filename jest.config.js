/** ESM packages that jest must compile, because it loads CommonJS only. */
const esmPackages = [
  '@nestjs',
  '@as-integrations',
  'postal-mime',
  '@graphql-yoga',
  'ical-generator',
  'ical.js',
  '@sparticuz',
  'yauzl',
  'graphql-ws',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  '@hyzyla',
];

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts', '<rootDir>/test/**/*.{test,e2e}.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.data/'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
  haste: { enableSymlinks: false },
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['holdfast', 'require', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          target: 'es2022',
          keepClassNames: true,
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages.join('|')})/)`],
  // Jest loads these two with Node itself, so they are built before.
  globalSetup: '<rootDir>/dist/test/support/global-setup.js',
  globalTeardown: '<rootDir>/dist/test/support/global-teardown.js',
  reporters: ['default', '<rootDir>/test/support/closing-line.js'],
  testTimeout: 30_000,
  maxWorkers: 2,
};
