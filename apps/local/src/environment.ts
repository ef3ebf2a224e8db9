import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { localSecrets } from './secrets.js';

export type Environment = Record<string, string | undefined>;

export interface LocalEnvironment {
  /** What to hand to the application; without the URLs of the parts that are still to be started. */
  env: Environment;
  isProduction: boolean;
  /** Which embedded parts are needed. */
  postgres: boolean;
  redis: boolean;
}

/**
 * The real environment, which wins, over `.env`. An empty value counts as not set.
 * A production environment is complete or wrong: no file is read on top of it and nothing is added.
 */
export function readEnvironment(env: Environment, root = process.cwd()): LocalEnvironment {
  const merged =
    env['NODE_ENV'] === 'production' ? { ...env } : { ...dotEnv(join(root, '.env')), ...withoutEmpty(env) };
  const isProduction = merged['NODE_ENV'] === 'production';
  return {
    env: merged,
    isProduction,
    postgres: !isProduction && !merged['DATABASE_URL'],
    redis: !isProduction && !merged['REDIS_URL'],
  };
}

/** The same, with the secrets of this checkout where none are set. */
export function localEnvironment(env: Environment, dataDir: string, root = process.cwd()): LocalEnvironment {
  const read = readEnvironment(env, root);
  return read.isProduction ? read : { ...read, env: { ...localSecrets(dataDir), ...read.env } };
}

function dotEnv(file: string): Environment {
  try {
    return withoutEmpty(parseEnv(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value));
}
