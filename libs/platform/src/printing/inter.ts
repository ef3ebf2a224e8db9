import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const WEIGHTS = [400, 600, 800];

/**
 * `@font-face` rules of the typeface Inter with the fonts inside them, so that a document looks the same on a machine
 * without fonts and without a network. Latin, Greek, Cyrillic, Vietnamese; 380 KiB. The browser decodes what it needs.
 */
export function interFontFaces(): string {
  const require = createRequire(join(process.cwd(), 'package.json'));
  return WEIGHTS.map((weight) => {
    const path = require.resolve(`@fontsource/inter/${weight}.css`);
    return readFileSync(path, 'utf8').replace(
      /url\((\.\/files\/[\w-]+\.woff2)\) format\('woff2'\), url\([^)]+\) format\('woff'\)/g,
      (_, file: string) =>
        `url(data:font/woff2;base64,${readFileSync(join(dirname(path), file), 'base64')}) format('woff2')`,
    );
  }).join('\n');
}
