import { buildSchema, getOperationAST } from 'graphql';
import { Documents } from './documents.js';
import type { Prepared } from './shared-selection.js';
import { SharedSelection } from './shared-selection.js';

describe('documents', () => {
  const schema = buildSchema('type Query { a(b: Int): Int }');

  it('are parsed and validated once, and the ones used longest ago are forgotten', () => {
    const documents = new Documents(schema);
    const query = (number: number): string => `{ a(b: ${number}) }`;
    const [first, second] = [documents.prepare(query(1)), documents.prepare(query(2))];
    for (let number = 3; number <= 1000; number += 1) {
      documents.prepare(query(number));
      if (number % 200 === 0) documents.prepare(query(1));
    }
    expect(documents.prepare(query(1))).toBe(first);
    expect(documents.prepare(query(2))).not.toBe(second);
  });

  it('are not kept when they are long or wrong', () => {
    const documents = new Documents(schema);
    const long = `{ a } ${'#'.repeat(10_000)}`;
    expect(documents.prepare(long)).not.toBe(documents.prepare(long));
    expect(documents.prepare('{ b }')).toEqual([
      expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }),
    ]);
  });

  it('share what is shown of an event as long as somebody shows it', () => {
    const prepared = new Documents(schema).prepare('query ($b: Int) { a(b: $b) }') as Prepared;
    const operation = getOperationAST(prepared.document)!;
    const join = (b: number): SharedSelection =>
      SharedSelection.join(
        prepared,
        operation,
        { schema, document: prepared.document, variableValues: { b } },
        (result) => JSON.stringify(result),
      );
    const [one, other] = [join(1), join(2)];
    // The argument of the field itself has done its part when the source was made.
    expect(one).toBe(other);
    one.leave();
    expect(prepared.selections.size).toBe(1);
    other.leave();
    expect(prepared.selections.size).toBe(0);
  });
});
