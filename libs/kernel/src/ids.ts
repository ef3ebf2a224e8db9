import { createHash, randomBytes, randomInt } from 'node:crypto';

/**
 * A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then random bits.
 * Rows inserted together lie together in the index, and ids sort by age.
 */
export function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** An opaque token of 256 random bits, base64url. Give it away once and keep only `hashToken` of it. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 of an opaque token. It needs no salt: the token is random and long. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Letters and digits that nobody confuses on the telephone (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A number for people, such as `HF-7Q2MXK4D`: 40 random bits, so that it cannot be guessed from another one. */
export function newNumber(): string {
  return `HF-${Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}
