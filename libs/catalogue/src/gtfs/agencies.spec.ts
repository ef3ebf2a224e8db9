import { slugOf } from './agencies.js';

it.each([
  ['Northern Lights Coaches', 'northern-lights-coaches'],
  ['  Busbetrieb Grünwald & Söhne  ', 'busbetrieb-grunwald-sohne'],
  ['Ærø/Ö 2000!', 'r-o-2000'],
  ['市バス', 'operator'],
])('%s has the slug %s', (name, slug) => expect(slugOf(name)).toBe(slug));
