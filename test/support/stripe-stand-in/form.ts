/** Parameters as Stripe's API gets them: text, and objects and lists of it. */
export interface Params {
  [name: string]: string | Params;
}

/** Reads `metadata[key]=value&line_items[0][quantity]=1`; a list is an object whose names are numbers. */
export function readForm(text: string): Params {
  const params: Params = {};
  for (const [path, value] of new URLSearchParams(text)) {
    const names = path.split(/[[\]]+/).filter((name) => name !== '');
    let place = params;
    for (const name of names.slice(0, -1)) place = (place[name] ??= {}) as Params;
    place[names.at(-1)!] = value;
  }
  return params;
}

/** What is at `a.0.b`; `undefined` when nothing is. */
export function at(params: Params, path: string): string | undefined {
  let place: string | Params | undefined = params;
  for (const name of path.split('.')) place = typeof place === 'object' ? place[name] : undefined;
  return typeof place === 'string' ? place : undefined;
}

export function metadataOf(params: Params, path = 'metadata'): Record<string, string> {
  let place: string | Params | undefined = params;
  for (const name of path.split('.')) place = typeof place === 'object' ? place[name] : undefined;
  return { ...(place as Record<string, string> | undefined) };
}
