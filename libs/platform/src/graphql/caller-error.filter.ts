import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { GraphQLError } from 'graphql';

const STATUS_OF_CODE: Record<string, number> = { BAD_USER_INPUT: 400, UNAUTHENTICATED: 401, FORBIDDEN: 403, NOT_FOUND: 404 };

/** A caller's mistake as plain HTTP says it. For controllers; resolvers leave it to the GraphQL layer. */
@Catch(GraphQLError)
export class CallerErrorFilter implements ExceptionFilter<GraphQLError> {
  catch(error: GraphQLError, host: ArgumentsHost): void {
    const statusCode = STATUS_OF_CODE[String(error.extensions['code'])];
    // Not a mistake of the caller: masked and logged as everything unexpected.
    if (host.getType() !== 'http' || statusCode === undefined) throw error;
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(statusCode).send({ statusCode, message: error.message });
  }
}
