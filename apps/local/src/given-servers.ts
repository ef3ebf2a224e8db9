import { Client } from 'pg';
import { createClient } from 'redis';
import type { Environment } from './environment.js';

const PATIENCE_MS = 5000;

const ASK: Record<string, (url: string) => Promise<void>> = {
  DATABASE_URL: askPostgres,
  DATABASE_REPLICA_URL: askPostgres,
  REDIS_URL: askRedis,
};

/**
 * Servers that are not ours must answer before anything is started: the application itself would wait for them.
 * @throws an Error that names the variable, never its value: there is a password in it
 */
export async function checkGivenServers(env: Environment): Promise<void> {
  const given = Object.keys(ASK).filter((name) => env[name]);
  const answers = await Promise.allSettled(given.map((name) => ASK[name]!(env[name]!)));
  const complaints = answers.flatMap((answer, index) =>
    answer.status === 'rejected'
      ? [`${given[index]}: the server does not answer as it should: ${reason(answer.reason)}`]
      : [],
  );
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

async function askPostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: PATIENCE_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function askRedis(url: string): Promise<void> {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: PATIENCE_MS } });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } finally {
    if (client.isOpen) client.destroy();
  }
}

/** Where a name has several addresses, Node gives an AggregateError without a message of its own. */
function reason(error: unknown): string {
  const { message, errors } = error as AggregateError;
  return message || String((errors?.[0] as Error | undefined)?.message ?? error);
}
