import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '#kernel';

export const GRAPHQL_PATH = '/graphql';

/** What a resolver's `@Context()` holds: the request's headers and address, over HTTP and websocket alike. */
export interface GraphqlContext {
  req: { headers: Record<string, string | string[] | undefined>; ip: string; id: string };
  reply?: FastifyReply;
}

/** Who is at the other end of a socket; the parameters are what the client said in its greeting. */
export interface SocketCaller {
  connectionParams: Record<string, unknown> | undefined;
  headers: Record<string, string | string[] | undefined>;
  remoteAddress: string | undefined;
}

export function requestContext(request: FastifyRequest, reply: FastifyReply): GraphqlContext {
  return { req: request, reply };
}

/** Each operation on a socket has a request id of its own. */
export function socketContext({ connectionParams, headers, remoteAddress }: SocketCaller): GraphqlContext {
  const authorization = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
  // Something that is no text is a wrong token, not no token.
  const given =
    authorization === undefined ? {} : { authorization: typeof authorization === 'string' ? authorization : '' };
  return { req: { headers: { ...headers, ...given }, ip: remoteAddress ?? '', id: newId() } };
}
