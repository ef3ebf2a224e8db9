import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger as Pino } from 'pino';
import { GRAPHQL_PATH, LOG, httpStatusOf, isConnectionLost, unavailable } from '#platform';

/**
 * Errors outside GraphQL: no such page, no JSON, too long. A mistake of the caller is told; everything else is masked
 * with the request id and logged. On the GraphQL path the answer has the shape that GraphQL clients read.
 */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Pino) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    // A resolver's error is GraphQL's to report.
    if (host.getType() !== 'http') throw thrown;
    const exception = isConnectionLost(thrown) ? unavailable() : thrown;
    const [request, reply] = [
      host.switchToHttp().getRequest<FastifyRequest>(),
      host.switchToHttp().getResponse<FastifyReply>(),
    ];
    const callersMistake = httpStatusOf(exception);
    const status = exception instanceof HttpException ? exception.getStatus() : (callersMistake ?? 500);
    if (status >= 500 && !(exception instanceof HttpException))
      this.log.error({ err: thrown, url: request.url, correlationId: request.id }, 'unexpected error');
    const message =
      exception instanceof HttpException || callersMistake
        ? (exception as Error).message
        : `Something went wrong on our side; quote request ${request.id}.`;
    // A page's route has said text/html by now.
    void reply
      .status(status)
      .type('application/json; charset=utf-8')
      .send(body(request, status, message, exception));
  }
}

function body(request: FastifyRequest, status: number, message: string, exception: unknown): object {
  if (request.url.split('?')[0] === GRAPHQL_PATH) {
    const code = status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT';
    return { errors: [{ message, extensions: { code, requestId: request.id } }] };
  }
  const detail = exception instanceof HttpException ? exception.getResponse() : undefined;
  return { ...(typeof detail === 'object' ? detail : { message }), statusCode: status, requestId: request.id };
}
