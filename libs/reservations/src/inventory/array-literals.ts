export type Element = string | number | null;

/**
 * An array as PostgreSQL writes it, of what needs no quotes: ids, hashes, numbers, times. For hot statements: the
 * driver looks at every character.
 */
export function literal(elements: Element[]): string {
  return `{${elements.map((element) => element ?? 'NULL').join(',')}}`;
}

/** An array as an element of an array of texts. */
export function listed(elements: Element[]): string {
  return `"${literal(elements)}"`;
}
