import { ConfigError, migrate, startServer } from './server.js';

/**
 * One process of an installation that brings its own PostgreSQL and Redis; `npm start` is for everything at once.
 * `main.js migrate` brings the schema up to date and ends.
 */
try {
  if (process.argv[2] === 'migrate') {
    process.stdout.write(`${await migrate(process.env)} migrations ran\n`);
  } else {
    const server = await startServer(process.env);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        void server.close().then(() => process.exit(0));
      });
    }
  }
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
}
