import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock, RecentMap } from '#kernel';
import type { Principal } from './principal.js';

/** Together they stay within a few megabytes. */
const MOST_KEPT = 5_000;
const LONGEST_KEPT = 4_096;
const KEPT_MS = 60_000;

/** Nothing behind the token: passport would look at the first word only. */
const HEADER = /^bearer (\S+)$/i;

interface Known {
  principal: Principal;
  until: number;
}

/**
 * Access tokens that were verified within the last minute, with who they are of. An access token says everything
 * itself and is good until its end, whatever happens to its session: looking at it again would find the same.
 */
@Injectable()
export class KnownTokens {
  private readonly known = new RecentMap<string, Known>(MOST_KEPT);

  constructor(
    private readonly clock: Clock,
    private readonly jwt: JwtService,
  ) {}

  /** @param authorization the whole header */
  principalOf(authorization: string): Principal | undefined {
    const known = this.known.get(authorization);
    if (!known) return undefined;
    if (known.until > this.clock.now().getTime()) return known.principal;
    this.known.delete(authorization);
    return undefined;
  }

  /** Only for a token that was verified just now. */
  remember(authorization: string, principal: Principal): void {
    const token = HEADER.exec(authorization)?.[1];
    if (token === undefined || token.length > LONGEST_KEPT) return;
    const claims = this.jwt.decode<{ exp?: number } | null>(token);
    if (claims?.exp === undefined) return;
    const until = Math.min(claims.exp * 1000, this.clock.now().getTime() + KEPT_MS);
    this.known.set(authorization, { principal, until });
  }
}
