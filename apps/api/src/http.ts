import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { IncomingMessage } from 'node:http';
import type { Logger as Pino } from 'pino';
import { newId } from '#kernel';
import { type Config, GRAPHQL_PATH, correlation, httpDuration, serveGraphiQL } from '#platform';

/** The longest honest request, a reservation of 50 seats, has 6 KiB. */
const BODY_LIMIT = 256 * 1024;

/** A caller may bring its own correlation id; anything odd is replaced. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : newId();
}

export function httpAdapter(config: Config): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    // The nearest one only: what is in front of it a caller may have written himself.
    trustProxy: config.TRUST_PROXY ? (_address, hop) => hop === 0 : false,
    bodyLimit: BODY_LIMIT,
    // A signed download link has some 200 characters; without this it is answered with 414.
    routerOptions: { maxParamLength: 1000 },
    genReqId: (request: IncomingMessage) => requestId(request),
    // A client that keeps its connection must not keep us from stopping.
    forceCloseConnections: true,
    // No library has Nest middleware, and Express's kind of it costs every request something.
    skipMiddie: true,
  });
}

/** Asked every few seconds by machines: not worth a line of the log. */
const MACHINE_ROUTES = /^\/(health|metrics)/;

/** What every request gets: a correlation id, a line in the log and the metrics, and headers that browsers honour. */
export function equip(app: NestFastifyApplication, config: Config, log: Pino): void {
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRoute', (route) => {
    const { handler } = route;
    // Not earlier: while the body is read, Node leaves the context that a hook would have entered.
    route.handler = function (request, reply) {
      return correlation.run(request.id, () => handler.call(this, request, reply), request);
    };
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    done(null, payload);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const [method, status] = [request.method, reply.statusCode];
    httpDuration.observe({ method, route, status }, reply.elapsedTime / 1000);
    // The route and not the address: that may hold a signed link.
    const line = { method, route, status, ms: Math.round(reply.elapsedTime), correlationId: request.id };
    log[MACHINE_ROUTES.test(route) ? 'debug' : 'info'](line, 'request');
    done();
  });
  if (config.servesRequests) serveGraphiQL(server, GRAPHQL_PATH);
}
