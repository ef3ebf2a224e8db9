import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { resultUnion } from '#platform';
import { AccountsService } from './accounts.service.js';
import { Can } from './authorization.js';
import { LogInInput, RegisterInput, ResetPasswordInput } from './identity.inputs.js';
import { EmailTaken, ResetLinkSpent, SessionEnded, WrongCredentials } from './identity.refusals.js';
import { Membership } from './membership.entity.js';
import { CurrentPrincipal, type Principal } from './principal.js';
import { Session } from './session.type.js';
import { LogIns } from './log-ins.js';
import { SessionsService } from './sessions.service.js';
import { User } from './user.entity.js';

const RegisterResult = resultUnion('RegisterResult', [Session, EmailTaken]);
const LogInResult = resultUnion('LogInResult', [Session, WrongCredentials]);
const RefreshSessionResult = resultUnion('RefreshSessionResult', [Session, SessionEnded]);
const ResetPasswordResult = resultUnion('ResetPasswordResult', [Session, ResetLinkSpent]);

@Resolver(() => User)
export class IdentityResolver {
  constructor(
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly logIns: LogIns,
  ) {}

  @Query(() => User, { nullable: true, description: 'Who is logged in.' })
  @Can('account.read')
  async me(@CurrentPrincipal() principal: Principal): Promise<User | null> {
    return await this.accounts.find(principal.userId);
  }

  @ResolveField(() => [Membership], { description: 'Roles in organizations.' })
  async memberships(@Parent() user: User): Promise<Membership[]> {
    return await this.accounts.memberships(user.id);
  }

  @Mutation(() => RegisterResult, { description: 'Makes an account and logs it in.' })
  @Can('session.manage')
  async register(@Args('input') input: RegisterInput): Promise<Session> {
    const { sessionTokens, ...account } = input;
    const session = await this.accounts.register(account);
    await this.logIns.happened(session.user.id, sessionTokens);
    return session;
  }

  @Mutation(() => LogInResult)
  @Can('session.manage')
  async logIn(@Args('input') input: LogInInput): Promise<Session> {
    const session = await this.accounts.logIn(input);
    await this.logIns.happened(session.user.id, input.sessionTokens);
    return session;
  }

  @Mutation(() => RefreshSessionResult, {
    description: 'Trades a refresh token for the next login. The old one is spent.',
  })
  @Can('session.manage')
  async refreshSession(@Args('refreshToken') refreshToken: string): Promise<Session> {
    return await this.sessions.refresh(refreshToken);
  }

  @Mutation(() => Boolean, { description: 'Ends the login that the refresh token belongs to.' })
  @Can('session.manage')
  async logOut(@Args('refreshToken') refreshToken: string): Promise<boolean> {
    await this.sessions.endFamilyOf(refreshToken);
    return true;
  }

  @Mutation(() => Boolean, {
    description:
      'Sends a link to set a new password, if the address has an account. The answer is the same when it has none.',
  })
  @Can('session.manage')
  async requestPasswordReset(@Args('email') email: string): Promise<boolean> {
    await this.accounts.requestPasswordReset(email);
    return true;
  }

  @Mutation(() => ResetPasswordResult, {
    description: 'Sets a new password with the token from the e-mail, and ends every other login.',
  })
  @Can('session.manage')
  async resetPassword(@Args('input') input: ResetPasswordInput): Promise<Session> {
    return await this.accounts.resetPassword(input);
  }
}
