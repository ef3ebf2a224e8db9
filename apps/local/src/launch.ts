import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { alreadyRuns, explainFileError, lockDataDir, prepareDataDir, runningStart } from './data-dir.js';
import { type Ending, prepareEnding } from './ending.js';
import { type Environment, type LocalEnvironment, localEnvironment, readEnvironment } from './environment.js';
import { checkGivenServers } from './given-servers.js';
import { describePortTaken } from './ports.js';
import { type Progress, progressOn } from './progress.js';
import { recordRunning } from './running.js';
import { startServices } from './services.js';

type Application = typeof import('../../api/src/server.js');

/** Requests that are under way when we stop. */
const GRACE_MS = 10_000;

/**
 * Everything that `npm start` does: checks, servers, schema, demo data, the application; then waits for the end.
 * What fails says so in one line on stderr and leaves with code 1, and what was started by then is stopped.
 */
export async function launch(root = process.cwd()): Promise<void> {
  const progress = progressOn(process.stdout);
  const ending = prepareEnding(process.stdout, process.stderr);
  const fail = (error: unknown) => {
    progress.quiet();
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return ending.end(1, `npm start: ${process.env['DEBUG'] ? stack : message}`);
  };
  process.on('uncaughtException', (error) => void fail(error));

  try {
    const began = performance.now();
    const { env, url, api } = await start(root, ending, progress);
    progress.quiet();
    process.stdout.write(
      `\n${welcome(env, url, api)}\nReady in ${((performance.now() - began) / 1000).toFixed(1)} s. Ctrl-C stops everything.\n`,
    );
  } catch (error) {
    if (!ending.isUnderWay) await fail(withPathExplained(error));
  }
}

async function start(root: string, ending: Ending, progress: Progress) {
  const dataDir = join(root, '.data');
  const { env: given, isProduction } = readEnvironment(process.env, root);
  await checkPort(given, dataDir);
  if (!isProduction) {
    prepareDataDir(dataDir);
    ending.add(lockDataDir(dataDir));
  }
  const local = isProduction ? undefined : localEnvironment(process.env, dataDir, root);
  const api = await progress.step('Application', () => import('../../api/src/server.js'));
  if (local) await checkConfig(local);
  if (local) await checkGivenServers(local.env);
  const env = local ? await withServices(local, dataDir, ending, progress) : given;
  if (!isProduction) await prepareDatabase(api, env, progress);
  const server = await progress.step('Server', async (say) => {
    const started = await api.startServer(env);
    say(`Server on ${started.url}`);
    return started;
  });
  ending.add(() => Promise.race([server.close(), delay(GRACE_MS)]));
  if (!isProduction) ending.add(recordRunning(dataDir, { url: server.url, env }));
  return { env, url: server.url, api };
}

/** Before anything is started: the cheapest mistake to find. */
async function checkPort(env: Environment, dataDir: string): Promise<void> {
  const port = Number(env['PORT'] || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`PORT is wrong: ${env['PORT']} is not a number from 0 to 65535`);
  const taken = await describePortTaken(port, env['HOST'] || '127.0.0.1');
  if (!taken) return;
  const running = runningStart(dataDir);
  throw new Error(running === undefined ? taken : alreadyRuns(dataDir, running));
}

/** A wrong variable is refused before anything is started; what is still to be started stands in for itself. */
async function checkConfig({ env, postgres, redis }: LocalEnvironment): Promise<void> {
  const { parseConfig } = await import('#platform');
  parseConfig({
    ...env,
    ...(postgres && { DATABASE_URL: 'postgres://127.0.0.1/' }),
    ...(redis && { REDIS_URL: 'redis://127.0.0.1/' }),
  });
}

/** The environment with the addresses of the servers that it lacks. */
async function withServices(local: LocalEnvironment, dataDir: string, ending: Ending, progress: Progress) {
  const { env, postgres, redis } = local;
  if (!postgres && !redis) return env;
  const stop = new AbortController();
  const starting = startServices({ dataDir, postgres, redis, progress, signal: stop.signal });
  ending.add(async () => {
    stop.abort(new Error('stopping'));
    const services = await starting.catch(() => undefined);
    await services?.stop();
  });
  const services = await starting;
  void services.died.then((how) => ending.end(1, `npm start: ${how} while in use: stopping. Its log is in ${dataDir}`));
  const { DATABASE_URL, REDIS_URL } = services;
  return { ...env, ...(DATABASE_URL && { DATABASE_URL }), ...(REDIS_URL && { REDIS_URL }) };
}

/** Every word that the application reports begins a step of its own. */
async function prepareDatabase(api: Application, env: Environment, progress: Progress): Promise<void> {
  let finish: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  let current: Promise<void> = Promise.resolve();
  const begin = (words: string) => {
    finish?.resolve();
    current = progress.step(words, () => new Promise<void>((resolve, reject) => (finish = { resolve, reject })));
    // Its error is thrown below.
    current.catch(() => undefined);
  };
  try {
    const { migrated, seeded } = await api.prepareDatabase(env, begin);
    if (!finish) begin(migrated === 0 && !seeded ? 'Database is up to date' : 'Database');
    finish?.resolve();
    await current;
  } catch (error) {
    finish?.reject(error);
    throw error;
  }
}

function welcome(env: Environment, url: string, api: Application): string {
  const addresses = [
    ['GraphQL, GraphiQL', `${url}/graphql`],
    ...(env['SMTP_URL'] ? [] : [['Messages sent', `${url}/dev/mail`]]),
    ['Health', `${url}/health/ready`],
    ['Metrics', `${url}/metrics`],
  ];
  const logins = env['NODE_ENV'] === 'production' ? [] : api.demoLogins();
  return [
    ...addresses.map(([name = '', address = '']) => `  ${name.padEnd(20)} ${address}`),
    '',
    ...(logins.length > 0 ? ['  Demo logins'] : []),
    ...logins.map(({ role, email, password }) => `  ${role.padEnd(20)} ${email.padEnd(32)} ${password}`),
    '',
  ].join('\n');
}

function withPathExplained(error: unknown): unknown {
  const { path } = error as NodeJS.ErrnoException;
  return path ? new Error(explainFileError(error, path)) : error;
}
