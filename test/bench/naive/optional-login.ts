import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { JwtService } from '@nestjs/jwt';

/** Verifies the access token where there is one. */
@Injectable()
export class OptionalLogin implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { req } = GqlExecutionContext.create(context).getContext<{ req: { headers: Record<string, string> } }>();
    const { authorization } = req.headers;
    if (!authorization) return true;
    try {
      await this.jwt.verifyAsync(authorization.replace('Bearer ', ''));
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  }
}
