import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localEnvironment, readEnvironment } from './environment.js';

describe('the environment of npm start', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'holdfast-environment-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const dotEnv = (...lines: string[]) => writeFileSync(join(folder, '.env'), lines.join('\n'));

  it('needs both servers when nothing is set', () => {
    expect(readEnvironment({}, folder)).toEqual({ env: {}, isProduction: false, postgres: true, redis: true });
  });

  it('reads .env, over which the real environment wins; an empty value is none', () => {
    dotEnv('PORT=4000', 'REDIS_URL="redis://elsewhere"', 'LOG_LEVEL=', 'SMTP_URL=smtp://file');
    const { env, postgres, redis } = readEnvironment({ PORT: '5000', DATABASE_URL: '', SMTP_URL: '' }, folder);
    expect(env).toEqual({ PORT: '5000', REDIS_URL: 'redis://elsewhere', SMTP_URL: 'smtp://file' });
    expect({ postgres, redis }).toEqual({ postgres: true, redis: false });
  });

  it('makes secrets once, keeps them to itself, and lets a set one win', () => {
    const { env: first } = localEnvironment({}, folder, folder);
    const { env: second } = localEnvironment({ JWT_SECRET: 'mine' }, folder, folder);
    expect(second).toEqual({ ...first, JWT_SECRET: 'mine' });
    expect(Buffer.from(first['JWT_SECRET']!, 'base64url')).toHaveLength(48);
    expect(new Set(Object.values(first)).size).toBe(4);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    const key = createPrivateKey({
      key: Buffer.from(first['TICKET_SIGNING_KEY']!, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    expect(key.asymmetricKeyType).toBe('ed25519');
  });

  it('adds the secrets that an older version did not know', () => {
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ JWT_SECRET: 'kept' }));
    const { env } = localEnvironment({}, folder, folder);
    expect(env['JWT_SECRET']).toBe('kept');
    expect(env['LINK_SECRET']).toMatch(/^[\w-]{64}$/);
  });

  it('says which file is damaged', () => {
    writeFileSync(join(folder, 'secrets.json'), '{');
    expect(() => localEnvironment({}, folder, folder)).toThrow(
      `The secrets in ${join(folder, 'secrets.json')} cannot be read`,
    );
  });

  it('passes a production environment on as it is: no file, no secret, no server', () => {
    dotEnv('DATABASE_URL=postgres://file');
    const env = { NODE_ENV: 'production', REDIS_URL: '' };
    expect(localEnvironment(env, folder, folder)).toEqual({ env, isProduction: true, postgres: false, redis: false });
  });

  it('believes a .env that says production', () => {
    dotEnv('NODE_ENV=production', 'DATABASE_URL=postgres://file');
    const { env, isProduction } = localEnvironment({}, folder, folder);
    expect(env).toEqual({ NODE_ENV: 'production', DATABASE_URL: 'postgres://file' });
    expect(isProduction).toBe(true);
  });
});
