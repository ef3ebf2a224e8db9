import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import { AuthGuard } from '@nestjs/passport';
import { ACCESS, type GraphqlContext, unauthenticated } from '#platform';
import { type Action, admit } from './authorization.js';
import { KnownTokens } from './known-tokens.js';
import type { Principal } from './principal.js';

type Caller = GraphqlContext['req'] & { user?: Principal };

/** Reads who calls, and asks the matrix. A token that is wrong or expired is refused even where none is needed. */
@Injectable()
export class AccessGuard extends AuthGuard('jwt') {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: KnownTokens,
  ) {
    super();
  }

  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = this.getRequest(context);
    const { authorization } = request.headers;
    if (authorization === undefined) return this.admits(context, request);
    const known = typeof authorization === 'string' ? this.tokens.principalOf(authorization) : undefined;
    if (!known) return this.identify(context, request).then(() => this.admits(context, request));
    request.user = known;
    return this.admits(context, request);
  }

  private admits(context: ExecutionContext, request: Caller): boolean {
    const access = this.reflector.getAllAndOverride<Action | 'public' | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    // The check at boot makes this impossible; a mistake there must still not open a door.
    if (access === undefined) throw unauthenticated();
    if (access !== 'public') admit(access, request.user);
    return true;
  }

  private async identify(context: ExecutionContext, request: Caller): Promise<void> {
    await super.canActivate(context);
    const { authorization } = request.headers;
    if (typeof authorization === 'string' && request.user) this.tokens.remember(authorization, request.user);
  }

  override handleRequest<T>(error: unknown, principal: T | false): T {
    if (error || !principal)
      throw unauthenticated('The access token is wrong or has expired. Refresh it, or log in again.');
    return principal;
  }

  override getRequest(context: ExecutionContext): Caller {
    if (context.getType<string>() === 'graphql')
      return GqlExecutionContext.create(context).getContext<GraphqlContext>().req;
    return context.switchToHttp().getRequest<GraphqlContext['req']>();
  }
}
