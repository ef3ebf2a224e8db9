import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MAKERS: Record<string, () => string> = {
  JWT_SECRET: () => randomBytes(48).toString('base64url'),
  LINK_SECRET: () => randomBytes(48).toString('base64url'),
  SANDBOX_WEBHOOK_SECRET: () => randomBytes(48).toString('base64url'),
  TICKET_SIGNING_KEY: () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
};

/**
 * The secrets of this checkout, made once and kept in `secrets.json` (mode 0600): tickets and links of yesterday stay
 * valid after a restart.
 */
export function localSecrets(dataDir: string): Record<string, string> {
  const file = join(dataDir, 'secrets.json');
  const kept = readSecrets(file);
  const missing = Object.keys(MAKERS).filter((name) => !kept[name]);
  if (missing.length === 0) return kept;
  const secrets = { ...kept, ...Object.fromEntries(missing.map((name) => [name, MAKERS[name]!()])) };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
  return secrets;
}

function readSecrets(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(
      `The secrets in ${file} cannot be read (npm run reset makes new ones): ${(error as Error).message}`,
      { cause: error },
    );
  }
}
