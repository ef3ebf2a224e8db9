import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  getOperationAST,
  visit,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { isUnscoped } from '../unscoped.js';
import { Execution } from './execution.js';
import { FieldPlan, type PlanGround } from './field-plan.js';
import { Variables } from './variables.js';

/** Each condition doubles the plans that one operation may have. */
const MOST_CONDITIONS = 4;

/** An operation of a valid document, ready to be executed again and again. */
export class Plan {
  private readonly fieldsByConditions = new Map<string, FieldPlan[]>();
  private readonly variables: Variables;
  /** All that it asks for. */
  readonly isUnscoped: boolean;
  private readonly fragments: Record<string, FragmentDefinitionNode> = Object.create(null) as Record<string, never>;

  private constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    private readonly rootType: GraphQLObjectType,
    private readonly conditions: readonly string[],
  ) {
    this.variables = new Variables(schema, operation);
    this.isUnscoped = operation.selectionSet.selections.every((selection) => {
      const field = selection.kind === Kind.FIELD ? rootType.getFields()[selection.name.value] : undefined;
      return field !== undefined && isUnscoped(field);
    });
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments[definition.name.value] = definition;
  }

  /** @returns undefined for what is not done here: introspection, subscriptions, an operation that is not there */
  static of(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): Plan | undefined {
    const operation = getOperationAST(document, operationName);
    if (!operation || operation.operation === OperationTypeNode.SUBSCRIPTION) return undefined;
    const rootType = schema.getRootType(operation.operation);
    const { conditions, isOdd } = look(document);
    if (!rootType || isOdd || conditions.length > MOST_CONDITIONS) return undefined;
    return new Plan(schema, document, operation, rootType, conditions);
  }

  /** @returns undefined when the variables do not fit: then nothing was executed */
  execute(contextValue: unknown, variables: Record<string, unknown>): Promise<ExecutionResult> | undefined {
    const coerced = this.variables.coerce(variables);
    const fields = coerced && this.fieldsFor(coerced);
    if (!fields) return undefined;
    const { schema, fragments, operation } = this;
    const request = { schema, fragments, operation, rootValue: undefined, variableValues: coerced };
    return this.run(new Execution(request, contextValue), fields);
  }

  private async run(execution: Execution, fields: FieldPlan[]): Promise<ExecutionResult> {
    const { all: errors } = execution.errors;
    try {
      const data = (
        this.operation.operation === OperationTypeNode.MUTATION
          ? await execution.inTurn(fields)
          : await execution.atOnce(fields, undefined, undefined)
      ) as Record<string, unknown>;
      return errors.length > 0 ? { errors, data } : { data };
    } catch (error) {
      execution.errors.add(error as GraphQLError, undefined);
      return { errors, data: null };
    }
  }

  private fieldsFor(variables: Record<string, unknown>): FieldPlan[] | undefined {
    const conditions: PlanGround['conditions'] = {};
    let key = '';
    for (const name of this.conditions) {
      const value = variables[name];
      // graphql-js has something to say about it.
      if (typeof value !== 'boolean') return undefined;
      conditions[name] = value;
      key += value ? '1' : '0';
    }
    const known = this.fieldsByConditions.get(key);
    if (known) return known;
    const { schema, fragments, rootType, operation } = this;
    const rootFields = collectFields(schema, fragments, conditions, rootType, operation.selectionSet);
    const made = FieldPlan.all({ schema, fragments, conditions }, rootType, rootFields);
    this.fieldsByConditions.set(key, made);
    return made;
  }
}

/** Variables that decide what is in the answer, and whether the document is one that is better left to graphql-js. */
function look(document: DocumentNode): { conditions: string[]; isOdd: boolean } {
  const conditions = new Set<string>();
  let isOdd = false;
  visit(document, {
    // A plain object cannot have a member of this name, and introspection is for tools.
    Field: ({ name, alias }) => {
      isOdd ||= name.value === '__schema' || name.value === '__type' || alias?.value === '__proto__';
    },
    Directive: (directive) => {
      for (const { value } of directive.arguments ?? [])
        if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
      isOdd ||= directive.name.value !== 'skip' && directive.name.value !== 'include';
    },
  });
  return { conditions: [...conditions], isOdd };
}
