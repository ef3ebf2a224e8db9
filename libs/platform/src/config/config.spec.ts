import { ConfigError, parseConfig } from './config.js';

const secret = 'x'.repeat(40);
const complete = {
  DATABASE_URL: 'postgres://localhost/holdfast',
  REDIS_URL: 'redis://localhost',
  JWT_SECRET: secret,
  LINK_SECRET: secret,
  SANDBOX_WEBHOOK_SECRET: secret,
  TICKET_SIGNING_KEY: 'x'.repeat(64),
};
const production = {
  ...complete,
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://tickets.test/',
  SMTP_URL: 'smtp://mail',
  PAYMENT_PROVIDER: 'sandbox',
  STORAGE_DIR: '/srv',
};

function complaints(env: Record<string, string | undefined>): string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').map((line) => line.split(' ').slice(0, 3).join(' '));
  }
}

describe('the environment', () => {
  it('has defaults for development', () => {
    const config = parseConfig({ ...complete, SMTP_URL: '' });
    expect(config).toMatchObject({ PORT: 3000, ROLE: 'all' });
    expect(config.publicUrl).toBe('http://localhost:3000');
    expect(config.SMTP_URL).toBeUndefined();
  });

  it('is refused with one line for each wrong variable', () => {
    expect(
      complaints({
        ...complete,
        PORT: '70000',
        ROLE: 'king',
        DATABASE_URL: 'mysql://x',
        JWT_SECRET: 'short',
        REDIS_URL: undefined,
      }),
    ).toEqual([
      'ROLE is wrong:',
      'PORT is wrong:',
      'DATABASE_URL is wrong:',
      'REDIS_URL is missing:',
      'JWT_SECRET is wrong:',
    ]);
  });

  it('falls back to nothing in production', () => {
    expect(complaints(production)).toEqual([]);
    for (const name of [
      'PUBLIC_URL',
      'SMTP_URL',
      'PAYMENT_PROVIDER',
      'JWT_SECRET',
      'LINK_SECRET',
      'TICKET_SIGNING_KEY',
      'SANDBOX_WEBHOOK_SECRET',
      'DATABASE_URL',
      'REDIS_URL',
    ]) {
      expect(complaints({ ...production, [name]: '' })).toEqual([`${name} is missing:`]);
    }
    expect(complaints({ ...production, STORAGE_DIR: '' })).toEqual(['S3_BUCKET or STORAGE_DIR']);
  });

  it('wants the keys of Stripe with Stripe, and then no secret of the sandbox', () => {
    const stripe = {
      ...production,
      PAYMENT_PROVIDER: 'stripe',
      SANDBOX_WEBHOOK_SECRET: '',
      STRIPE_SECRET_KEY: 'sk_test_x',
      STRIPE_WEBHOOK_SECRET: 'whsec_x',
    };
    expect(complaints(stripe)).toEqual([]);
    for (const name of ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'])
      expect(complaints({ ...stripe, [name]: '' })).toEqual([`${name} is missing:`]);
    // The publishable key, which is beside it in the dashboard.
    expect(complaints({ ...stripe, STRIPE_SECRET_KEY: 'pk_test_x' })).toEqual(['STRIPE_SECRET_KEY is wrong:']);
  });

  it('wants the keys of a bucket with the bucket', () => {
    expect(complaints({ ...complete, S3_BUCKET: 'tickets' })).toEqual(['S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY']);
  });
});
