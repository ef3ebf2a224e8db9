import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { RecentMap } from '#kernel';
import { PARSE_OPTIONS, queryLimits } from '../query-limits.js';
import type { Prepared } from './shared-selection.js';

/** Documents that are kept, and how long one may be: all of them together stay within a few megabytes. */
const MOST_KEPT = 500;
const LONGEST_KEPT = 8_192;

/** Parses and validates what clients send, once for all who send the same. */
export class Documents {
  private readonly kept = new RecentMap<string, Prepared>(MOST_KEPT);

  constructor(private readonly schema: GraphQLSchema) {}

  /** @returns the errors when the text cannot be executed */
  prepare(text: string): Prepared | GraphQLError[] {
    const kept = this.kept.get(text);
    if (kept) return kept;
    const document = parsed(text);
    if (document instanceof GraphQLError) return [withCode(document, 'GRAPHQL_PARSE_FAILED')];
    const errors = validate(this.schema, document, [...specifiedRules, queryLimits]);
    if (errors.length > 0) return errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
    const prepared: Prepared = { document, selections: new Map() };
    if (text.length <= LONGEST_KEPT) this.kept.set(text, prepared);
    return prepared;
  }
}

function parsed(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text, PARSE_OPTIONS);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

export function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { ...error.extensions, code },
  });
}
