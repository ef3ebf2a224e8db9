import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '#kernel';

export const GRAPHQL_PATH = '/graphql';

/** What a resolver's `@Context()` holds: the request's headers and address, over HTTP and websocket alike. */
export interface GraphqlContext {
  req: { headers: Record<string, string | string[] | undefined>; ip: string; id: string };
  reply?: FastifyReply;
}

/** What graphql-ws hands over for a socket: the headers that the client sent as connection parameters. */
export interface SocketContext {
  connectionParams?: Record<string, unknown>;
  extra: { request: { headers: Record<string, string | string[] | undefined>; socket: { remoteAddress?: string } } };
}

export function requestContext(request: FastifyRequest, reply: FastifyReply): GraphqlContext {
  return { req: request, reply };
}

/** Each operation on a socket has a request id of its own. */
export function socketContext({ connectionParams, extra }: SocketContext): GraphqlContext {
  const { headers, socket } = extra.request;
  const authorization = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
  // Something that is no text is a wrong token, not no token.
  const given =
    authorization === undefined ? {} : { authorization: typeof authorization === 'string' ? authorization : '' };
  return { req: { headers: { ...headers, ...given }, ip: socket.remoteAddress ?? '', id: newId() } };
}
