import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  TypeNameMetaFieldDef,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';

/** A field's type, taken apart once. */
export type Shape =
  | { kind: 'non-null'; of: Shape }
  | { kind: 'list'; of: Shape }
  | { kind: 'leaf'; type: GraphQLLeafType }
  | { kind: 'abstract'; type: GraphQLAbstractType; possible: Map<string, GraphQLObjectType> }
  | { kind: 'object'; type: GraphQLObjectType };

/** What a plan and all its fields have in common. */
export interface PlanGround {
  schema: GraphQLSchema;
  fragments: Record<string, FragmentDefinitionNode>;
  /** Values of the variables in `@skip` and `@include`: another plan for each combination of them. */
  conditions: Record<string, boolean>;
}

/** A field of an operation on an object type: everything about it that is the same in every request. */
export class FieldPlan {
  readonly shape: Shape;
  readonly hasArguments: boolean;
  /** Of a field that is but a property of its object, and no object itself: whatever it is asked of, nothing else is needed. */
  readonly leaf: GraphQLLeafType | undefined;
  private readonly selections = new Map<GraphQLObjectType, FieldPlan[]>();

  private constructor(
    private readonly ground: PlanGround,
    readonly responseName: string,
    readonly parentType: GraphQLObjectType,
    readonly definition: GraphQLField<unknown, unknown>,
    readonly nodes: FieldNode[],
  ) {
    this.shape = shapeOf(definition.type, ground.schema);
    this.hasArguments = definition.args.length > 0;
    this.leaf = isProperty(definition) ? leafOf(definition.type) : undefined;
  }

  /** The fields that are asked of an object of this type, in the order of the answer. */
  static all(
    ground: PlanGround,
    parentType: GraphQLObjectType,
    fields: ReadonlyMap<string, readonly FieldNode[]>,
  ): FieldPlan[] {
    return [...fields].map(([responseName, nodes]) => {
      const definition = definitionOf(parentType, nodes[0]!.name.value);
      return new FieldPlan(ground, responseName, parentType, definition, [...nodes]);
    });
  }

  /** The fields below this one, when its value is an object of that type. */
  selectionOf(type: GraphQLObjectType): FieldPlan[] {
    const known = this.selections.get(type);
    if (known) return known;
    const { schema, fragments, conditions } = this.ground;
    const made = FieldPlan.all(this.ground, type, collectSubfields(schema, fragments, conditions, type, this.nodes));
    this.selections.set(type, made);
    return made;
  }
}

function definitionOf(parentType: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> {
  const definition = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : parentType.getFields()[name];
  if (!definition) throw new Error(`${parentType.name} has no field ${name}`);
  return definition;
}

/** `rootFieldResolver` is what Nest gives to every `@Field` that no resolver is written for. */
function isProperty({ resolve, args }: GraphQLField<unknown, unknown>): boolean {
  return args.length === 0 && resolve?.name === 'rootFieldResolver';
}

function leafOf(type: GraphQLOutputType): GraphQLLeafType | undefined {
  const nullable = getNullableType(type);
  return isLeafType(nullable) ? nullable : undefined;
}

function shapeOf(type: GraphQLOutputType, schema: GraphQLSchema): Shape {
  if (isNonNullType(type)) return { kind: 'non-null', of: shapeOf(type.ofType, schema) };
  if (isListType(type)) return { kind: 'list', of: shapeOf(type.ofType, schema) };
  if (isLeafType(type)) return { kind: 'leaf', type };
  if (!isAbstractType(type)) return { kind: 'object', type };
  const possible = new Map(schema.getPossibleTypes(type).map((each) => [each.name, each]));
  return { kind: 'abstract', type, possible };
}
