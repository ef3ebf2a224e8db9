import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hashToken } from '#kernel';
import { Config, notFound } from '#platform';
import type { Principal } from '#identity';
import type { Reservation } from './reservation.entity.js';

/**
 * Who may use a reservation: the account that made it, or whoever has its session token. The token is derived from the
 * reservation's id with a secret, so a repeated request can be given it again although only its hash is stored.
 */
@Injectable()
export class SessionTokens {
  constructor(private readonly config: Config) {}

  of(reservationId: string): string {
    return createHmac('sha256', this.config.LINK_SECRET).update(`session:${reservationId}`).digest('base64url');
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
    const given = Buffer.from(hashToken(token ?? ''));
    const stored = Buffer.from(reservation.sessionTokenHash);
    if (!timingSafeEqual(given, stored)) throw notFound('reservation', id);
  }
}
