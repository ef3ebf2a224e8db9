import { execFileSync } from 'node:child_process';
import { createPrivateKey, sign, verify, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parseConfig } from '#platform';

const secrets = parseEnv(execFileSync('/bin/sh', ['docker/make-env.sh'], { encoding: 'utf8' }));
const compose = readFileSync('docker/compose.yaml', 'utf8');

/** The variables that compose gives to the application, filled in as compose would. */
function applicationEnvironment(): Record<string, string> {
  const block = /^x-application:[^]*?^ {2}environment:\n((?: {4}.*\n)+)/m.exec(compose)?.[1] ?? '';
  const entries = [...block.matchAll(/^ {4}(\w+): (.*)$/gm)].map(([, name = '', value = '']) => [
    name,
    filledIn(value),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function filledIn(value: string): string {
  const inner = /\$\{(\w+)(?::([-?])([^${}]*))?\}/;
  for (let found = inner.exec(value); found; found = inner.exec(value)) {
    const [whole, name = '', kind, words = ''] = found;
    if (kind === '?' && !secrets[name]) throw new Error(`${name} is not made by make-env.sh`);
    value = value.replace(whole, secrets[name] ?? words);
  }
  return value;
}

describe('docker/', () => {
  it.each(['api', 'worker'])('gives the %s all that production asks for, and nothing that it does not know', (role) => {
    const env = applicationEnvironment();
    const config = parseConfig({ NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '3000', ROLE: role, ...env });
    expect(config.publicUrl).toBe('http://localhost:3000');
    expect(Object.keys(env).filter((name) => env[name] && !(name in config))).toEqual([]);
  });

  it('makes every secret anew, and a signing key that signs', () => {
    const again = parseEnv(execFileSync('/bin/sh', ['docker/make-env.sh'], { encoding: 'utf8' }));
    expect(Object.keys(again)).toEqual(Object.keys(secrets));
    for (const name of Object.keys(again)) expect(again[name]).not.toBe(secrets[name]);
    const key = createPrivateKey({
      key: Buffer.from(again['TICKET_SIGNING_KEY']!, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    const message = Buffer.from('ticket');
    expect(verify(null, message, createPublicKey(key), sign(null, message, key))).toBe(true);
  });

  it('has no secret in the repository', () => {
    const asked = [...compose.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    expect(new Set(asked)).toEqual(new Set(Object.keys(secrets)));
    expect(compose).not.toMatch(/(PASSWORD|SECRET|KEY): (?!\$\{)\S/);
  });
});
