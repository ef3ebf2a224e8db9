import { type GraphQLFieldResolver, type GraphQLSchema, defaultFieldResolver } from 'graphql';
import { isPromise } from 'node:util/types';
import { Refusal } from './refusal.js';

/** Makes a refusal that a query or a mutation throws its answer. */
export function returnRefusals(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()])
    for (const field of Object.values(type?.getFields() ?? {}))
      field.resolve = refusalAsAnswer(field.resolve ?? defaultFieldResolver);
  return schema;
}

function refusalAsAnswer(resolve: GraphQLFieldResolver<unknown, unknown>): GraphQLFieldResolver<unknown, unknown> {
  return (...args) => {
    try {
      const answer = resolve(...args);
      return isPromise(answer) ? answer.catch(asAnswer) : answer;
    } catch (error) {
      return asAnswer(error);
    }
  };
}

function asAnswer(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
