import { type GraphQLFieldResolver, type GraphQLSchema, defaultFieldResolver } from 'graphql';
import { Refusal } from './refusal.js';

/** Makes a refusal that a query or a mutation throws its answer. */
export function returnRefusals(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()])
    for (const field of Object.values(type?.getFields() ?? {}))
      field.resolve = refusalAsAnswer(field.resolve ?? defaultFieldResolver);
  return schema;
}

function refusalAsAnswer(resolve: GraphQLFieldResolver<unknown, unknown>): GraphQLFieldResolver<unknown, unknown> {
  return async (...args) => {
    try {
      return await resolve(...args);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  };
}
