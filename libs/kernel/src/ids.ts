import { hash, randomBytes, randomFillSync, randomInt } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/** Random bytes for ids are drawn by the page: asking for sixteen costs as much. */
const POOL = Buffer.allocUnsafe(4096);
let drawn = POOL.length;

/**
 * A UUID of version 7 (RFC 9562): 48 bits of milliseconds, a counter of 12 bits, then 62 random bits. Rows inserted
 * together lie together in the index; ids sort by age, and those of one process exactly in the order they were made.
 */
export function newId(): string {
  if (drawn === POOL.length) {
    randomFillSync(POOL);
    drawn = 0;
  }
  const bytes = POOL.subarray(drawn, (drawn += 16));
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Half of the room is left to count upward in.
    counter = bytes.readUInt16BE(6) & 0x7ff;
  } else {
    counter += 1;
    if (counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
  }
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** When an id of `newId` was made, to the millisecond. */
export function timeOf(id: string): Date {
  return new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16));
}

/** An opaque token of 256 random bits, base64url. Give it away once and keep only `hashToken` of it. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 of an opaque token. It needs no salt: the token is random and long. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** Letters and digits that nobody confuses on the telephone (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A number for people, such as `HF-7Q2MXK4D`: 40 random bits, so that it cannot be guessed from another one. */
export function newNumber(): string {
  return `HF-${Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}
