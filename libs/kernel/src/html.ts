/** Markup that is safe to send: everything that came from outside was escaped when it was made. */
export interface Html {
  readonly markup: string;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Marks a string as markup that needs no escaping. Only for text that this code base wrote itself. */
export function raw(markup: string): Html {
  return { markup };
}

/**
 * A template whose values are escaped, unless they are `Html` themselves; arrays are joined, `null`,
 * `undefined` and `false` vanish.
 *
 * @example html`<p>${'<script>'}</p>`.markup // <p>&lt;script&gt;</p>
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  let markup = strings[0] ?? '';
  values.forEach((value, index) => {
    markup += render(value) + (strings[index + 1] ?? '');
  });
  return { markup };
}

function render(value: unknown): string {
  if (value === null || value === undefined || value === false) return '';
  if (Array.isArray(value)) return value.map(render).join('');
  if (isHtml(value)) return value.markup;
  return `${value as string | number}`.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

function isHtml(value: unknown): value is Html {
  return typeof value === 'object' && value !== null && 'markup' in value;
}
