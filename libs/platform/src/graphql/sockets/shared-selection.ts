import {
  type ASTNode,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  Kind,
  type OperationDefinitionNode,
  execute,
  visit,
} from 'graphql';
import { newId } from '#kernel';
import type { GraphqlContext } from '../graphql-context.js';

/** Writes a result as JSON, with its errors as callers may see them. */
type Serialise = (result: ExecutionResult, context: GraphqlContext) => string;

/** A document that is parsed and valid. */
export interface Prepared {
  document: DocumentNode;
  /** What subscribers of shared sources show of their events at this moment, by operation and variables. */
  selections: Map<string, SharedSelection>;
}

/** What the subscribers with one operation and the same variables show of the events of a shared source. */
export class SharedSelection {
  private readonly endings = new WeakMap<object, Buffer>();
  private users = 0;

  private constructor(
    private readonly args: ExecutionArgs,
    private readonly serialise: Serialise,
    private readonly forget: () => void,
  ) {}

  /** The one for this operation, as long as anybody uses it: `leave` when it is not used any more. */
  static join(
    { selections, document }: Prepared,
    operation: OperationDefinitionNode,
    args: ExecutionArgs,
    serialise: Serialise,
  ): SharedSelection {
    const given = args.variableValues ?? {};
    const shown = variablesShown(document, operation).map((name) => [name, given[name]]);
    const key = JSON.stringify([operation.name?.value, ...shown]);
    const selection = selections.get(key) ?? new SharedSelection(args, serialise, () => selections.delete(key));
    selections.set(key, selection);
    selection.users += 1;
    return selection;
  }

  leave(): void {
    this.users -= 1;
    if (this.users === 0) this.forget();
  }

  /** A message about the event, from behind its id to the end. */
  endingOf(event: object): Buffer {
    const known = this.endings.get(event);
    if (known) return known;
    // Nobody's request in particular, and nobody's rights.
    const contextValue: GraphqlContext = { req: { headers: {}, ip: '', id: newId() } };
    const result = execute({ ...this.args, contextValue, rootValue: event });
    if ('then' in result) throw new Error('A field of a shared event waits for something.');
    const ending = Buffer.from(`,"type":"next","payload":${this.serialise(result, contextValue)}}`);
    this.endings.set(event, ending);
    return ending;
  }
}

/** Variables by which two subscribers may see something different, beyond the arguments of the field they subscribe to. */
function variablesShown(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const names = new Set<string>();
  const collect = (node: ASTNode): void =>
    void visit(node, { Variable: ({ name }) => void names.add(name.value), VariableDefinition: () => false });
  for (const selection of operation.selectionSet.selections) {
    if (selection.kind !== Kind.FIELD) collect(selection);
    else
      [...(selection.directives ?? []), ...(selection.selectionSet ? [selection.selectionSet] : [])].forEach(collect);
  }
  document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).forEach(collect);
  return [...names].toSorted();
}
