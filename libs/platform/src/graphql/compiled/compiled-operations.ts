import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult, GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { Counter } from 'prom-client';
import { correlation } from '../../logging/correlation.js';
import { Plans } from './plans.js';

/** Operations over HTTP: executed by a plan that was made for them, or handed to Apollo. */
export const graphqlOperations = new Counter({
  name: 'holdfast_graphql_operations_total',
  help: 'GraphQL requests over HTTP by the way they took',
  labelNames: ['way'],
});

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

/** What is sent to clients that accept this: what browsers and the well-known clients say, and no guess for the rest. */
const TYPE_OF_ACCEPT = new Map<string | undefined, string>([
  [undefined, JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/json, */*', JSON_TYPE],
  ['application/json, text/plain, */*', JSON_TYPE],
  ['application/graphql-response+json', GRAPHQL_TYPE],
  ['application/graphql-response+json,application/json;q=0.9', GRAPHQL_TYPE],
  ['application/graphql-response+json, application/json', GRAPHQL_TYPE],
  ['application/graphql-response+json, application/graphql+json, application/json', GRAPHQL_TYPE],
  [
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    GRAPHQL_TYPE,
  ],
]);

type Variables = Record<string, unknown>;

interface Body {
  query?: unknown;
  variables?: unknown;
  operationName?: unknown;
  extensions?: unknown;
}

/** Answers requests whose operation is known, as Apollo would answer them, at a fraction of the cost. */
export class CompiledOperations {
  private readonly plans: Plans;

  constructor(
    schema: GraphQLSchema,
    private readonly context: (request: FastifyRequest, reply: FastifyReply) => unknown,
    private readonly format: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError,
  ) {
    this.plans = new Plans(schema);
  }

  /** @returns the answer's text; undefined for what is Apollo's: then nothing was executed */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<string | undefined> {
    const type = TYPE_OF_ACCEPT.get(request.headers.accept);
    const plan = type !== undefined && isPlainJson(request) ? this.planOf(request.body as Body) : undefined;
    if (plan === undefined) return undefined;
    const variables = ((request.body as Body).variables ?? {}) as Variables;
    const execute = (): ReturnType<typeof plan.execute> => plan.execute(this.context(request, reply), variables);
    const result = await (plan.isUnscoped ? execute() : correlation.run(request.id, execute, request));
    if (result === undefined) return undefined;
    void reply.header('content-type', type);
    const shown = result.errors ? correlation.run(request.id, () => this.shown(result)) : result;
    return `${JSON.stringify(shown)}\n`;
  }

  private planOf({ query, variables, operationName, extensions }: Body): ReturnType<Plans['of']> {
    if (typeof query !== 'string' || (extensions !== undefined && extensions !== null)) return undefined;
    if (variables !== undefined && variables !== null && !isObject(variables)) return undefined;
    if (operationName === undefined || operationName === null) return this.plans.of(query, undefined);
    return typeof operationName === 'string' ? this.plans.of(query, operationName) : undefined;
  }

  private shown({ errors = [], data }: ExecutionResult): object {
    return { errors: errors.map((error) => this.formatted(error)), data };
  }

  private formatted(error: GraphQLError): GraphQLFormattedError {
    const extensions = { ...error.extensions, code: error.extensions['code'] ?? 'INTERNAL_SERVER_ERROR' };
    return this.format({ ...error.toJSON(), extensions }, error);
  }
}

/** JSON by a POST: a page of another origin cannot send it without asking first. */
function isPlainJson({ method, headers, body }: FastifyRequest): boolean {
  const type = headers['content-type'];
  return (
    method === 'POST' &&
    (type === 'application/json' || type?.startsWith('application/json;') === true) &&
    isObject(body)
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
