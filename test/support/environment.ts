import { generateKeyPairSync } from 'node:crypto';

const signingKey = generateKeyPairSync('ed25519')
  .privateKey.export({ format: 'der', type: 'pkcs8' })
  .toString('base64');

/** A complete environment of a test application; Redis databases are one for each jest worker. */
export function testEnvironment(overrides: Record<string, string> = {}): Record<string, string> {
  const redis = new URL(process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1');
  redis.pathname = `/${process.env['JEST_WORKER_ID'] ?? 0}`;
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'fatal',
    HOST: '127.0.0.1',
    DATABASE_URL: process.env['TEST_DATABASE_URL'] ?? 'postgres://127.0.0.1',
    REDIS_URL: redis.href,
    JWT_SECRET: 'a secret of the tests, forty characters .',
    LINK_SECRET: 'a secret of the tests, forty characters .',
    SANDBOX_WEBHOOK_SECRET: 'a secret of the tests, forty characters .',
    TICKET_SIGNING_KEY: signingKey,
    ...overrides,
  };
}
