import { buildSchema } from 'graphql';
import { Plan } from './plan.js';
import { Plans } from './plans.js';

describe('plans', () => {
  const schema = buildSchema('type Query { a(b: Int): Int }');
  const twice = (plans: Plans, text: string, name?: string): unknown => {
    expect(plans.of(text, name)).toBeUndefined();
    return plans.of(text, name);
  };

  it('are made when an operation comes a second time, for each of a document', () => {
    const plans = new Plans(schema);
    const made = twice(plans, '{ a }');
    expect(made).toBeInstanceOf(Plan);
    expect(plans.of('{ a }', undefined)).toBe(made);
    const one = twice(plans, 'query One { a } query Two { a }', 'One');
    expect(one).toBeInstanceOf(Plan);
    expect(twice(plans, 'query One { a } query Two { a }', 'Two')).not.toBe(one);
    expect(plans.of('query One { a } query Two { a }', 'One')).toBe(one);
  });

  it.each([
    ['does not parse', '{ a', undefined],
    ['is not valid', '{ b }', undefined],
    ['is beyond the limits', `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: a`).join(' ')} }`, undefined],
    ['is very long', `{ a } ${'#'.repeat(8_200)}`, undefined],
    ['has a name that is none', '{ a }', 'query One\n'],
  ])('are not made of what %s', (_, text, name) => {
    const plans = new Plans(schema);
    expect(twice(plans, text, name)).toBeUndefined();
    expect(plans.of(text, name)).toBeUndefined();
  });

  it('are forgotten when they were not used for long', () => {
    const plans = new Plans(schema);
    const [used, unused] = [twice(plans, '{ used: a }'), twice(plans, '{ unused: a }')];
    for (let number = 0; number < 300; number += 1) {
      twice(plans, `{ a(b: ${number}) } ${'#'.repeat(1_000)}`);
      expect(plans.of('{ used: a }', undefined)).toBe(used);
    }
    expect(unused).toBeInstanceOf(Plan);
    expect(plans.of('{ unused: a }', undefined)).toBeUndefined();
  });
});
