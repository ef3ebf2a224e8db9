import {
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  getVariableValues,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
} from 'graphql';

type Values = Record<string, unknown>;

/** A value as its type wants it, or `ODD` for what graphql-js shall look at. */
type Coercion = (value: unknown) => unknown;

const ODD = Symbol('odd');

/** As many as graphql-js tells. */
const MOST_ERRORS = { maxErrors: 50 };

/**
 * The variables of an operation, their types taken apart once. What is as it should be is taken at once; for anything
 * else, such as one value for a list or a default, graphql-js is asked.
 */
export class Variables {
  private readonly coercions: [name: string, coercion: Coercion][] | undefined;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly operation: OperationDefinitionNode,
  ) {
    this.coercions = coercionsOf(schema, operation);
  }

  /** @returns undefined when they do not fit */
  coerce(given: Values): Values | undefined {
    return this.coerceKnown(given) ?? this.ask(given);
  }

  private coerceKnown(given: Values): Values | undefined {
    if (!this.coercions) return undefined;
    const coerced: Values = {};
    for (const [name, coercion] of this.coercions) {
      if (!Object.hasOwn(given, name)) return undefined;
      const value = coercion(given[name]);
      if (value === ODD) return undefined;
      coerced[name] = value;
    }
    return coerced;
  }

  private ask(given: Values): Values | undefined {
    return getVariableValues(this.schema, this.operation.variableDefinitions ?? [], given, MOST_ERRORS).coerced;
  }
}

function coercionsOf(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): [string, Coercion][] | undefined {
  const coercions: [string, Coercion][] = [];
  for (const { variable, type: node } of variableDefinitions) {
    const type = typeFromAST(schema, node);
    if (!type || !isInputType(type) || variable.name.value === '__proto__') return undefined;
    coercions.push([variable.name.value, coercionOf(type, new Map())]);
  }
  return coercions;
}

/** @param known by type: an input type may contain itself */
function coercionOf(type: GraphQLInputType, known: Map<GraphQLInputType, Coercion>): Coercion {
  const made = known.get(type);
  if (made) return made;
  const coercion: Coercion = (value) => inner(value);
  known.set(type, coercion);
  const inner = make(type, known);
  return coercion;
}

function make(type: GraphQLInputType, known: Map<GraphQLInputType, Coercion>): Coercion {
  if (isNonNullType(type)) {
    const of = coercionOf(type.ofType, known);
    return (value) => (value === null || value === undefined ? ODD : of(value));
  }
  if (isListType(type)) {
    const of = coercionOf(type.ofType, known);
    return (value) => (value === null ? null : Array.isArray(value) ? listOf(value, of) : ODD);
  }
  if (isInputObjectType(type)) {
    if (type.isOneOf) return () => ODD;
    const fields = Object.values(type.getFields()).map(({ name, type: of, defaultValue }) => ({
      name,
      coercion: coercionOf(of, known),
      // Without it graphql-js has something to put in, or to say.
      isNeeded: isNonNullType(of) || defaultValue !== undefined,
    }));
    return (value) => (value === null ? null : objectOf(value, fields));
  }
  return (value) => {
    if (value === null) return null;
    try {
      return type.parseValue(value) ?? ODD;
    } catch {
      return ODD;
    }
  };
}

function listOf(values: unknown[], coercion: Coercion): unknown {
  const coerced: unknown[] = [];
  for (const value of values) {
    const item = coercion(value);
    if (item === ODD) return ODD;
    coerced.push(item);
  }
  return coerced;
}

function objectOf(value: unknown, fields: { name: string; coercion: Coercion; isNeeded: boolean }[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ODD;
  const given = value as Values;
  const coerced = Object.create(null) as Values;
  let taken = 0;
  for (const { name, coercion, isNeeded } of fields) {
    const member = given[name];
    if (member === undefined) {
      if (isNeeded) return ODD;
      continue;
    }
    const item = coercion(member);
    if (item === ODD) return ODD;
    coerced[name] = item;
    taken += 1;
  }
  // Something that the type does not have.
  return taken === Object.keys(given).length ? coerced : ODD;
}
