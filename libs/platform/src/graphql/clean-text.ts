import { badInput } from './caller-errors.js';

const LONE_SURROGATE = /\p{Surrogate}/u;
const LATIN = /^[ -\u00ff]*$/;
/** No input type is nested so deep; a path parameter or a form is flat. */
const DEEPEST = 12;

/**
 * What holds for every argument, before it is validated. Text that PostgreSQL cannot keep is refused: U+0000 and halves
 * of surrogate pairs. A member that is null counts as not given: many clients send their unset variables so.
 */
export function cleanText(value: unknown, levels = DEEPEST): unknown {
  if (value === null) return undefined;
  if (typeof value === 'string') {
    if (!LATIN.test(value) && (value.includes('\0') || LONE_SURROGATE.test(value)))
      throw badInput('The text has a character that cannot be kept: U+0000 or half of a surrogate pair.');
    return value;
  }
  if (typeof value !== 'object' || value instanceof Date) return value;
  if (levels === 0) throw badInput('The input is nested too deep.');
  if (Array.isArray(value)) return value.map((item) => cleanText(item, levels - 1));
  // Without a prototype, as GraphQL gives it: __proto__ is a name like any other.
  const clean = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of Object.entries(value)) if (member !== null) clean[name] = cleanText(member, levels - 1);
  return clean;
}
