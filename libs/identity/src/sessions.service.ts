import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock, hashToken, newId, newToken } from '#kernel';
import { Config, Database } from '#platform';
import type { AccessClaims } from './jwt.strategy.js';
import { Membership } from './membership.entity.js';
import { SessionEnded } from './identity.refusals.js';
import { Session } from './session.type.js';
import { User } from './user.entity.js';

/**
 * Access tokens (JWT, minutes) and refresh tokens (opaque, days, stored as hashes). A refresh token works once and
 * gives the next of its family; using an old one again means that it was stolen, and ends the whole family.
 */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly jwt: JwtService,
  ) {}

  async begin(user: User, familyId = newId()): Promise<Session> {
    const memberships = await this.database.repository(Membership).findBy({ userId: user.id });
    const now = this.clock.now();
    const refreshToken = newToken();
    await this.database.query(
      `INSERT INTO refresh_tokens (token_hash, family_id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
      [
        hashToken(refreshToken),
        familyId,
        user.id,
        now,
        new Date(now.getTime() + this.config.JWT_REFRESH_DAYS * 86_400_000),
      ],
    );
    const claims: AccessClaims = {
      sub: user.id,
      ...(user.isAdmin ? { admin: true as const } : {}),
      ...(memberships.length > 0
        ? {
            orgs: memberships.map(({ organizationId, role }) => [organizationId, role] as [string, Membership['role']]),
          }
        : {}),
    };
    const expiresAt = new Date(now.getTime() + this.config.JWT_ACCESS_MINUTES * 60_000);
    return Object.assign(new Session(), {
      accessToken: await this.jwt.signAsync(claims, { expiresIn: `${this.config.JWT_ACCESS_MINUTES}m` }),
      refreshToken,
      expiresAt,
      user,
    });
  }

  /** @throws SessionEnded */
  async refresh(refreshToken: string): Promise<Session> {
    const now = this.clock.now();
    const [used] = await this.database.query<{ family_id: string; user_id: string }>(
      `UPDATE refresh_tokens SET used_at = $2
       WHERE token_hash = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2 RETURNING family_id, user_id`,
      [hashToken(refreshToken), now],
    );
    if (!used) {
      await this.endFamilyOf(refreshToken);
      throw new SessionEnded();
    }
    const user = await this.database.repository(User).findOneByOrFail({ id: used.user_id });
    return await this.begin(user, used.family_id);
  }

  /** Ends the family of a refresh token: logging out, or a token that came a second time. */
  async endFamilyOf(refreshToken: string): Promise<void> {
    await this.database.query(
      `UPDATE refresh_tokens SET revoked_at = $2 WHERE revoked_at IS NULL
         AND family_id = (SELECT family_id FROM refresh_tokens WHERE token_hash = $1)`,
      [hashToken(refreshToken), this.clock.now()],
    );
  }

  /** Ends every login of a user, after the password was changed. */
  async endAll(userId: string): Promise<void> {
    await this.database.query(`UPDATE refresh_tokens SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL`, [
      userId,
      this.clock.now(),
    ]);
  }
}
