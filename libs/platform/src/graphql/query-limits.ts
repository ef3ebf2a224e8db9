import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type ParseOptions,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** The journey's longest request has 150 tokens, GraphiQL's introspection 184; deep nesting would overflow the parser. */
export const PARSE_OPTIONS: ParseOptions = { maxTokens: 2_000 };

const MOST = { levels: 12, fields: 400, aliases: 30 };

type Size = typeof MOST;

/**
 * Refuses a query that asks for more than a page ever shows: too many levels, too many fields with every fragment
 * counted where it is used, or one field over and over under many aliases.
 */
export function queryLimits(context: ValidationContext): ASTVisitor {
  const fragments = new Map<string, Size>();

  function measure({ selections }: SelectionSetNode): Size {
    const total: Size = { levels: 0, fields: 0, aliases: 0 };
    for (const selection of selections) {
      const isField = selection.kind === Kind.FIELD;
      // Introspection nests deeper than honest queries, and graphql-js has a limit of its own for it.
      const isMeta = isField && selection.name.value.startsWith('__');
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : !isMeta && selection.selectionSet && measure(selection.selectionSet);
      total.levels = Math.max(total.levels, (inner ? inner.levels : 0) + (isField ? 1 : 0));
      total.fields += (inner ? inner.fields : 0) + (isField ? 1 : 0);
      total.aliases += (inner ? inner.aliases : 0) + (isField && selection.alias ? 1 : 0);
    }
    return total;
  }

  function ofFragment(name: string): Size {
    const known = fragments.get(name);
    if (known) return known;
    // While it is measured it counts nothing: a fragment inside itself is another rule's to refuse.
    fragments.set(name, { levels: 0, fields: 0, aliases: 0 });
    const fragment = context.getFragment(name);
    const size = fragment ? measure(fragment.selectionSet) : { levels: 0, fields: 0, aliases: 0 };
    fragments.set(name, size);
    return size;
  }

  return {
    OperationDefinition(operation) {
      const size = measure(operation.selectionSet);
      for (const name of ['levels', 'fields', 'aliases'] as const) {
        if (size[name] <= MOST[name]) continue;
        context.reportError(
          new GraphQLError(
            `The query has ${size[name]} ${name}; at most ${MOST[name]} are answered. Ask in several requests.`,
          ),
        );
      }
    },
  };
}
