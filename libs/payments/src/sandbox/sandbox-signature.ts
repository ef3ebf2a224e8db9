import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-sandbox-signature';
/** An older signature is refused, so that a webhook that was overheard cannot be played again later. */
const SIGNATURE_SECONDS = 5 * 60;

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">` */
export function signWebhook(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** Whether the gateway wrote this, not long ago. */
export function isSigned(given: unknown, secret: string, body: string, now: Date): boolean {
  const seconds = typeof given === 'string' ? Number(/^t=(\d{1,12}),/.exec(given)?.[1]) : Number.NaN;
  if (typeof given !== 'string' || !Number.isFinite(seconds)) return false;
  const expected = Buffer.from(signWebhook(secret, body, new Date(seconds * 1000)));
  const signature = Buffer.from(given);
  const age = Math.abs(now.getTime() / 1000 - seconds);
  return signature.length === expected.length && timingSafeEqual(signature, expected) && age <= SIGNATURE_SECONDS;
}
