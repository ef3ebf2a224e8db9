/** An element: text, or elements within it. What is null, undefined or false vanishes. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  content: string | XmlElement[];
}

type Child = XmlElement | XmlElement[] | null | undefined | false;

/** @example element('cbc:Amount', '12.50', { currencyID: 'GBP' }) */
export function element(name: string, content: string | Child[], attributes: Record<string, string> = {}): XmlElement {
  const children = typeof content === 'string' ? content : content.flat().filter((child) => !!child);
  return { name, attributes, content: children };
}

/** A document with its declaration, two blanks a level. */
export function xmlOf(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root, '')}`;
}

function write({ name, attributes, content }: XmlElement, indent: string): string {
  const head = Object.entries(attributes).reduce((start, [key, value]) => `${start} ${key}="${escape(value)}"`, name);
  if (typeof content === 'string') return `${indent}<${head}>${escape(content)}</${name}>\n`;
  return `${indent}<${head}>\n${content.map((child) => write(child, `${indent}  `)).join('')}${indent}</${name}>\n`;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** XML 1.0 has no place for control characters, whatever one writes for them: they are left out. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
