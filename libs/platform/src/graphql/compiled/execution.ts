import {
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLError,
  defaultFieldResolver,
  defaultTypeResolver,
  getArgumentValues,
  locatedError,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { type Path, addPath, pathToArray } from 'graphql/jsutils/Path.js';
import { FieldErrors } from './field-errors.js';
import type { FieldPlan, Shape } from './field-plan.js';

type Values = Record<string, unknown>;
/** What `info` says of the request as a whole. */
export type RequestInfo = Pick<
  GraphQLResolveInfo,
  'schema' | 'fragments' | 'rootValue' | 'operation' | 'variableValues'
>;

/**
 * One request, executed by its plan. It does what `execute` of graphql-js 16 does, step by step and promise by promise,
 * so that errors come in the same order and nulls spread alike; only what is the same for every request is in the plan.
 */
export class Execution {
  readonly errors = new FieldErrors();

  constructor(
    private readonly request: RequestInfo,
    private readonly context: unknown,
  ) {}

  /** One after the other, as mutations must be. */
  async inTurn(fields: FieldPlan[]): Promise<Values> {
    const results: Values = {};
    for (const field of fields) {
      const result = this.field(field, undefined, addPath(undefined, field.responseName, field.parentType.name));
      results[field.responseName] = isPromise(result) ? await result : result;
    }
    return results;
  }

  atOnce(fields: FieldPlan[], source: unknown, path: Path | undefined): unknown {
    const results: Values = {};
    let waits = false;
    try {
      for (const field of fields) {
        const result =
          leaf(field, source) ?? this.field(field, source, addPath(path, field.responseName, field.parentType.name));
        results[field.responseName] = result;
        waits ||= isPromise(result);
      }
    } catch (error) {
      if (!waits) throw error;
      // The fields that are on their way may fail as well, and somebody must hear it.
      return allOf(results).finally(() => {
        throw error;
      });
    }
    return waits ? allOf(results) : results;
  }

  private field(field: FieldPlan, source: unknown, path: Path): unknown {
    const { definition, nodes } = field;
    const info: GraphQLResolveInfo = {
      fieldName: definition.name,
      fieldNodes: nodes,
      returnType: definition.type,
      parentType: field.parentType,
      path,
      schema: this.request.schema,
      fragments: this.request.fragments,
      rootValue: this.request.rootValue,
      operation: this.request.operation,
      variableValues: this.request.variableValues,
    };
    const resolve: GraphQLFieldResolver<unknown, unknown> = definition.resolve ?? defaultFieldResolver;
    try {
      const args = field.hasArguments ? getArgumentValues(definition, nodes[0]!, this.request.variableValues) : {};
      const result = resolve(source, args, this.context, info);
      const completed = isPromise(result)
        ? result.then((resolved) => this.complete(field.shape, field, info, path, resolved))
        : this.complete(field.shape, field, info, path, result);
      if (!isPromise(completed)) return completed;
      return completed.then(undefined, (error: unknown) => this.failed(error, field.shape, field, path));
    } catch (error) {
      return this.failed(error, field.shape, field, path);
    }
  }

  /** A place that may be null is null; any other hands the error on to where it is in. */
  private failed(raw: unknown, { kind }: Shape, { nodes }: FieldPlan, path: Path): null {
    const error = locatedError(raw, nodes, pathToArray(path));
    if (kind === 'non-null') throw error;
    this.errors.add(error, path);
    return null;
  }

  private complete(shape: Shape, field: FieldPlan, info: GraphQLResolveInfo, path: Path, result: unknown): unknown {
    if (result instanceof Error) throw result;
    if (shape.kind === 'non-null') {
      const completed = this.complete(shape.of, field, info, path, result);
      if (completed !== null) return completed;
      throw new Error(`Cannot return null for non-nullable field ${info.parentType.name}.${info.fieldName}.`);
    }
    if (result === null || result === undefined) return null;
    switch (shape.kind) {
      case 'list':
        return this.list(shape.of, field, info, path, result);
      case 'leaf': {
        const serialized: unknown = shape.type.serialize(result);
        if (serialized !== null && serialized !== undefined) return serialized;
        throw new Error(
          `Expected \`${inspect(shape.type)}.serialize(${inspect(result)})\` to ` +
            `return non-nullable value, returned: ${inspect(serialized)}`,
        );
      }
      case 'abstract': {
        const resolveType = shape.type.resolveType ?? defaultTypeResolver;
        const name = resolveType(result, this.context, info, shape.type);
        if (!isPromise(name)) return this.object(possibleType(shape, name, field), field, info, path, result);
        return name.then((known) => this.object(possibleType(shape, known, field), field, info, path, result));
      }
      case 'object':
        return this.object(shape.type, field, info, path, result);
    }
  }

  private list(of: Shape, field: FieldPlan, info: GraphQLResolveInfo, path: Path, result: unknown): unknown {
    if (!isIterable(result))
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${info.parentType.name}.${info.fieldName}".`,
      );
    const items: unknown[] = [];
    let waits = false;
    try {
      for (const item of result) {
        const completed = this.item(of, field, info, addPath(path, items.length, undefined), item);
        items.push(completed);
        waits ||= isPromise(completed);
      }
    } catch (error) {
      // Those that are on their way may fail as well; a rejection that nobody hears ends the process.
      if (waits) Promise.all(items).catch(() => undefined);
      throw error;
    }
    return waits ? Promise.all(items) : items;
  }

  private item(of: Shape, field: FieldPlan, info: GraphQLResolveInfo, path: Path, item: unknown): unknown {
    try {
      const completed = isPromise(item)
        ? item.then((resolved) => this.complete(of, field, info, path, resolved))
        : this.complete(of, field, info, path, item);
      if (!isPromise(completed)) return completed;
      return completed.then(undefined, (error: unknown) => this.failed(error, of, field, path));
    } catch (error) {
      return this.failed(error, of, field, path);
    }
  }

  private object(
    type: GraphQLObjectType,
    field: FieldPlan,
    info: GraphQLResolveInfo,
    path: Path,
    result: unknown,
  ): unknown {
    const fields = field.selectionOf(type);
    if (!type.isTypeOf) return this.atOnce(fields, result, path);
    const goOn = (isOfType: boolean): unknown => {
      if (isOfType) return this.atOnce(fields, result, path);
      throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(result)}.`, {
        nodes: field.nodes,
      });
    };
    const isOfType = type.isTypeOf(result, this.context, info);
    return isPromise(isOfType) ? isOfType.then(goOn) : goOn(isOfType);
  }
}

/** A value that is there and as it should be; undefined for what has to be looked at step by step. */
function leaf({ leaf: type, definition }: FieldPlan, source: unknown): unknown {
  if (!type) return undefined;
  try {
    // It looks at its first argument only.
    const value: unknown = (definition.resolve as (source: unknown) => unknown)(source);
    if (value === null || value === undefined || value instanceof Error || isPromise(value)) return undefined;
    return type.serialize(value) ?? undefined;
  } catch {
    return undefined;
  }
}

function possibleType(
  { type, possible }: Extract<Shape, { kind: 'abstract' }>,
  name: unknown,
  { nodes }: FieldPlan,
): GraphQLObjectType {
  const known = typeof name === 'string' ? possible.get(name) : undefined;
  if (known) return known;
  throw new GraphQLError(`A value is of no possible type of "${type.name}": ${String(name)}.`, { nodes });
}

async function allOf(results: Values): Promise<Values> {
  const values = await Promise.all(Object.values(results));
  Object.keys(results).forEach((name, index) => (results[name] = values[index]));
  return results;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' && typeof (value as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function'
  );
}
