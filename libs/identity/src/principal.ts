import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { GraphqlContext } from '#platform';
import type { MemberRole } from './membership.entity.js';

/** Who is calling, as the access token says. */
export interface Principal {
  userId: string;
  isAdmin: boolean;
  memberships: { organizationId: string; role: MemberRole }[];
}

/** The caller, or `undefined` for somebody who did not log in. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal | undefined => {
  const { req } = GqlExecutionContext.create(context).getContext<GraphqlContext & { req: { user?: Principal } }>();
  return req.user;
});
