import { type KeyObject, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RecentMap, hashToken, networkOf } from '#kernel';
import { Config, notFound } from '#platform';
import type { Principal } from '#identity';
import type { Reservation } from './reservation.entity.js';

/** A token is needed for its hash and again for the answer; in a rush the same addresses come again and again. */
const REMEMBERED = 2_000;

/** An id in 22 characters and a signature in 43. */
const TOKEN = /^([\w-]{22})[\w-]{43}$/;

/**
 * Who may use a reservation: the account that made it, or whoever has its session token. The token is made of the
 * reservation's id and a signature, so a repeated request can be given it again although only its hash is stored.
 */
@Injectable()
export class SessionTokens {
  private readonly key: KeyObject;
  private readonly tokens = new RecentMap<string, string>(REMEMBERED);
  private readonly addresses = new RecentMap<string, string>(REMEMBERED);

  constructor(config: Config) {
    this.key = createSecretKey(config.LINK_SECRET, 'utf8');
  }

  of(reservationId: string): string {
    return remembered(this.tokens, reservationId, () => this.make(reservationId));
  }

  /** Of which reservation it says it is the token; `undefined` for what is no token. Check it before you believe it. */
  reservationOf(token: string): string | undefined {
    const [, id] = TOKEN.exec(token) ?? [];
    if (!id) return undefined;
    const hex = Buffer.from(id, 'base64url').toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** Where somebody without an account comes from, as it is stored: it cannot be turned back into the address. */
  hashOfAddress(address: string): string {
    return remembered(this.addresses, address, () => this.makeHashOfAddress(address));
  }

  private make(reservationId: string): string {
    const signature = createHmac('sha256', this.key).update(`session:${reservationId}`).digest('base64url');
    return Buffer.from(reservationId.replaceAll('-', ''), 'hex').toString('base64url') + signature;
  }

  private makeHashOfAddress(address: string): string {
    return createHmac('sha256', this.key)
      .update(`address:${networkOf(address)}`)
      .digest('base64url')
      .slice(0, 16);
  }

  /** @throws NOT_FOUND also when it exists but belongs to somebody else: that is nobody's business */
  check(
    reservation: Reservation | null,
    id: string,
    principal: Principal | undefined,
    token: string | undefined,
  ): asserts reservation {
    if (!reservation) throw notFound('reservation', id);
    if (principal && (principal.isAdmin || reservation.userId === principal.userId)) return;
    if (!this.matches(reservation, token ?? '')) throw notFound('reservation', id);
  }

  matches({ sessionTokenHash }: Reservation, token: string): boolean {
    return timingSafeEqual(Buffer.from(hashToken(token)), Buffer.from(sessionTokenHash));
  }
}

function remembered(known: RecentMap<string, string>, key: string, make: () => string): string {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}
