import fc from 'fast-check';
import {
  type ExecutionResult,
  type GraphQLFieldConfig,
  GraphQLError,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  execute,
  parse,
} from 'graphql';
import { Plan } from './plan.js';

/** What befalls one field of one answer. */
type Fate = 'value' | 'null' | 'throws' | 'returns an error' | 'no value of its type';
/** The fates of the fields by turns, and after how many turns of the event loop's microtasks each comes. */
type Fates = { fate: Fate; ticks: number }[];

const LIST_LENGTH = 3;

describe('a plan answers what graphql-js answers', () => {
  const document = parse(`query Every($on: Boolean = true, $off: Boolean!, $n: Int = 4) {
    ...Node @include(if: $on) again: one { plain } one { sure plain }
    many { ... on Leaf { plain sure } ... on Tree { one { plain } __typename } }
    sureMany { plain @skip(if: $off) sure odd(n: $n) } nested { plain } mixed { __typename ... on Leaf { sure } }
  }
  fragment Node on Tree { one { sure deep: one { sure many { sure } } } sureOne { plain } plain }`);
  const mutation = parse('mutation { first: plain second: sure third: one { plain sure } fourth: plain }');

  it('whatever becomes of the fields, in the same order', async () => {
    const fates = fc.array(
      fc.record({
        fate: fc.oneof(
          { weight: 12, arbitrary: fc.constant<Fate>('value') },
          { weight: 3, arbitrary: fc.constantFrom<Fate>('null', 'throws', 'returns an error', 'no value of its type') },
        ),
        ticks: fc.nat(4),
      }),
      { minLength: 1, maxLength: 40 },
    );
    let failed = 0;
    await fc.assert(
      fc.asyncProperty(fates, fc.boolean(), fc.boolean(), fc.boolean(), async (weather, on, off, mutates) => {
        const asked = mutates ? mutation : document;
        const variableValues = mutates ? {} : { on, off };
        const expected = await execute({ schema: schemaUnder(weather), document: asked, variableValues });
        const plan = Plan.of(schemaUnder(weather), asked, undefined)!;
        const answer = await plan.execute(undefined, variableValues);
        expect(told(answer!)).toEqual(told(expected));
        if (expected.errors && expected.errors.length > 1) failed += 1;
      }),
      { numRuns: 200 },
    );
    // Most of it is about several errors at a time.
    expect(failed).toBeGreaterThan(50);
  });

  it('again and again, with the same plan and other variables', async () => {
    const schema = schemaUnder([{ fate: 'value', ticks: 0 }]);
    const plan = Plan.of(schema, document, 'Every')!;
    for (const variableValues of [{ off: true }, { off: false }, { off: true, on: false, n: 7 }, { off: true }]) {
      const answer = await plan.execute(undefined, variableValues);
      expect(told(answer!)).toEqual(told(await execute({ schema, document, variableValues })));
    }
  });

  it.each([
    ['an operation that is not there', '{ plain }', 'Other'],
    ['several operations without a name', 'query A { plain } query B { plain }', undefined],
    ['introspection', '{ __schema { types { name } } plain }', undefined],
    ['introspection in a fragment', '{ ...A } fragment A on Tree { __type(name: "Tree") { name } }', undefined],
    ['a subscription', 'subscription { plain }', undefined],
    ['a name that no plain object can have', '{ __proto__: plain }', undefined],
    [
      'too many conditions',
      `query (${[1, 2, 3, 4, 5].map((n) => `$a${n}: Boolean!`).join()}) {
       ${[1, 2, 3, 4, 5].map((n) => `a${n}: plain @skip(if: $a${n})`).join(' ')} }`,
      undefined,
    ],
  ])('or there is none: %s', (_, text, name) => {
    expect(Plan.of(schemaUnder([{ fate: 'value', ticks: 0 }]), parse(text), name)).toBeUndefined();
  });

  it.each([
    ['missing', {}],
    ['of the wrong type', { off: 'yes' }],
    ['null', { off: null }],
    ['null where it decides what is answered', { off: true, on: null }],
  ])('or does nothing when a variable is %s', (_, variables) => {
    const plan = Plan.of(schemaUnder([{ fate: 'value', ticks: 0 }]), document, undefined)!;
    expect(plan.execute(undefined, variables as Record<string, unknown>)).toBeUndefined();
  });
});

/** As clients get it: the order of everything counts as well. */
function told({ errors, data }: ExecutionResult): string {
  return JSON.stringify({ errors, data });
}

function schemaUnder(fates: Fates): GraphQLSchema {
  let turn = 0;
  const meet = (value: unknown): unknown => {
    const { fate, ticks } = fates[turn++ % fates.length]!;
    const outcome = (): unknown => {
      if (fate === 'throws') throw new GraphQLError('a fate');
      if (fate === 'returns an error') return new Error('a fate');
      if (fate === 'null') return null;
      return fate === 'value' ? value : Symbol.for('no value');
    };
    return ticks === 0 ? outcome() : later(ticks, outcome);
  };
  const field = (type: GraphQLOutputType, value: () => unknown): GraphQLFieldConfig<unknown, unknown> => ({
    type,
    resolve: () => meet(value()),
  });
  const Odd = new GraphQLScalarType({
    name: 'Odd',
    serialize: (value) => (typeof value === 'number' && value % 2 === 0 ? null : value),
  });
  const Plain = new GraphQLInterfaceType({
    name: 'Plain',
    fields: { plain: { type: GraphQLString } },
    resolveType: (value) => (isLeaf(value) ? 'Leaf' : later(1, () => 'Tree')),
  });
  const leafFields = {
    plain: field(GraphQLString, () => 'plain'),
    sure: field(new GraphQLNonNull(GraphQLString), () => 'sure'),
    odd: { type: Odd, args: { n: { type: GraphQLInt } }, resolve: (_: unknown, { n }: { n?: number }) => meet(n) },
  };
  const Leaf = new GraphQLObjectType({ name: 'Leaf', interfaces: [Plain], isTypeOf: isLeaf, fields: leafFields });
  const tree = (): object => ({ isLeaf: false });
  const leaf = (): object => ({ isLeaf: true });
  // Its items meet their fates when somebody looks at them.
  const row = (item: (index: number) => unknown) =>
    function* (): Iterable<unknown> {
      for (let index = 0; index < LIST_LENGTH; index += 1) yield item(index);
    };
  // Where one item ends the list, graphql-js leaves rejections of those before it to nobody, and the process ends.
  const sureRow = row(() => later(1, () => meet(leaf())));
  const Tree: GraphQLObjectType = new GraphQLObjectType({
    name: 'Tree',
    interfaces: [Plain],
    isTypeOf: (value) => later(1, () => !isLeaf(value)),
    fields: () => ({
      plain: leafFields.plain,
      sure: leafFields.sure,
      one: field(Tree, tree),
      sureOne: field(new GraphQLNonNull(Tree), tree),
      many: field(
        new GraphQLList(Both),
        row((index) => meet(index % 2 === 0 ? tree() : leaf())),
      ),
      sureMany: field(new GraphQLList(new GraphQLNonNull(Leaf)), sureRow),
      nested: field(new GraphQLList(new GraphQLList(Leaf)), row(row(() => meet(leaf())))),
      mixed: field(
        new GraphQLNonNull(new GraphQLList(Plain)),
        row(() => meet(leaf())),
      ),
    }),
  });
  const Both = new GraphQLUnionType({ name: 'Both', types: [Leaf, Tree] });
  return new GraphQLSchema({
    query: Tree,
    mutation: new GraphQLObjectType({ ...Tree.toConfig(), name: 'Change' }),
    types: [Leaf, Tree],
  });
}

function isLeaf(value: unknown): boolean {
  return (value as { isLeaf?: boolean }).isLeaf === true;
}

async function later<T>(ticks: number, outcome: () => T): Promise<T> {
  for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
  return outcome();
}
