import { type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { PARSE_OPTIONS, queryLimits } from '../query-limits.js';
import { Plan } from './plan.js';

/** How long a document may be, and all that are kept: what is made of a text takes some fifty times its memory. */
const LONGEST_KEPT = 8_192;
const MOST_CHARACTERS = 256 * 1024;

const NAME = /^\w{1,256}$/;

/** The plans of operations that clients send again and again. A plan is made when an operation comes a second time. */
export class Plans {
  private readonly kept = new Map<string, Plan | 'seen once' | 'impossible'>();

  private characters = 0;

  constructor(private readonly schema: GraphQLSchema) {}

  of(text: string, operationName: string | undefined): Plan | undefined {
    if (text.length > LONGEST_KEPT || !NAME.test(operationName ?? 'none')) return undefined;
    const key = operationName === undefined ? text : `${operationName}\n${text}`;
    const known = this.kept.get(key);
    // Put in again behind all the others: the first is the one that was used longest ago.
    this.kept.delete(key);
    const plan = known === 'seen once' ? this.make(text, operationName) : (known ?? 'seen once');
    this.kept.set(key, plan);
    if (known === undefined) this.characters += key.length;
    for (const oldest of this.kept.keys()) {
      if (this.characters <= MOST_CHARACTERS) break;
      this.kept.delete(oldest);
      this.characters -= oldest.length;
    }
    return plan instanceof Plan ? plan : undefined;
  }

  private make(text: string, operationName: string | undefined): Plan | 'impossible' {
    try {
      const document = parse(text, PARSE_OPTIONS);
      if (validate(this.schema, document, [...specifiedRules, queryLimits]).length > 0) return 'impossible';
      return Plan.of(this.schema, document, operationName) ?? 'impossible';
    } catch {
      // It does not parse; who sent it is told so in the usual way.
      return 'impossible';
    }
  }
}
