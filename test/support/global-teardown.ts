import type { TestServices } from './services.js';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as { testServices?: TestServices }).testServices?.stop();
}
