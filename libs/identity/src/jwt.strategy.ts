import { createSecretKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Config } from '#platform';
import type { MemberRole } from './membership.entity.js';
import type { Principal } from './principal.js';

/** What an access token says: the user, and the roles at the time it was made. */
export interface AccessClaims {
  sub: string;
  admin?: true;
  orgs?: [organizationId: string, role: MemberRole][];
}

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(config: Config) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // As a key: from a text the library tries to make a public key first, and fails slowly.
      secretOrKey: createSecretKey(config.JWT_SECRET, 'utf8') as unknown as Buffer,
      algorithms: ['HS256'],
    });
  }

  validate({ sub, admin, orgs = [] }: AccessClaims): Principal {
    return {
      userId: sub,
      isAdmin: admin === true,
      memberships: orgs.map(([organizationId, role]) => ({ organizationId, role })),
    };
  }
}
