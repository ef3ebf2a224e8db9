import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { Config } from '#platform';
import { AccessCheck } from './access.check.js';
import { AccessGuard } from './access.guard.js';
import { AccountsService } from './accounts.service.js';
import { IdentityResolver } from './identity.resolver.js';
import { JwtStrategy } from './jwt.strategy.js';
import { KnownTokens } from './known-tokens.js';
import { LogIns } from './log-ins.js';
import { SessionsService } from './sessions.service.js';

@Global()
@Module({
  imports: [
    DiscoveryModule,
    PassportModule,
    JwtModule.registerAsync({
      inject: [Config],
      useFactory: (config: Config) => ({ secret: config.JWT_SECRET, signOptions: { algorithm: 'HS256' as const } }),
    }),
  ],
  providers: [
    AccountsService,
    SessionsService,
    LogIns,
    KnownTokens,
    JwtStrategy,
    IdentityResolver,
    AccessCheck,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccountsService, LogIns],
})
export class IdentityModule {}
